"""Qué viaja cifrado y quién lo recibe: docs/produccion/detras-de-un-proxy.md."""

from __future__ import annotations

import base64
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import certifi
import httpx
import pytest
from consultas import en_marcha
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prefect import settings
from prefect.client.orchestration import SyncPrefectClient

from motor.prefect_por_dentro import PUERTO, SERVIDOR_LISTO
from motor.puertos import puerto_libre
from motor.rutas import DOCS, SNIPPETS
from verificador import plugin
from verificador.figuras.navegador import CHROMIUM
from verificador.pagina import leer_pagina
from verificador.terminal import Terminal

PAGINA = "produccion/detras-de-un-proxy"
CARPETA = SNIPPETS / PAGINA
ARCHIVOS = ("Caddyfile", "dominio.Caddyfile")
PUERTOS = leer_pagina(DOCS / f"{PAGINA}.md").verificacion.puertos
LISTO = "serving initial configuration"
RAIZ_PROPIA = "caddy/pki/authorities/local/root.crt"
CLAVE = "equipo:una-clave"
EN_QUIEN_CONFIA = """
import ssl

ssl.create_default_context = lambda cafile: print(cafile)
from prefect.client.orchestration import SyncPrefectClient

SyncPrefectClient("https://prefect.example/api")
"""
# Fuera de este equipo no existe ningún nombre, ni hay proxy que lo busque.
OPCIONES = [
    "--no-sandbox",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
# De «make test-figuras», que no deja que falte: la integración continua lo instala.
con_caddy = pytest.mark.figuras
Proxy = Callable[[], AbstractContextManager[str]]


def caddy() -> str:
    """El programa.

    Raises:
        AssertionError: si no está; la prueba no se omite.
    """
    programa = shutil.which("caddy")
    assert programa, "Falta Caddy: apt install caddy"
    return programa


@pytest.fixture(scope="module")
def delante(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """Una terminal con el archivo de Caddy de la página, y un servidor que sabe su dirección."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, puertos=PUERTOS)
    nueva.guardar(f"{PAGINA}/Caddyfile")
    nueva.servir(
        "PREFECT_SERVER_UI_API_URL=https://localhost:8443/api prefect server start",
        SERVIDOR_LISTO,
    )
    yield nueva
    nueva.cerrar()


@pytest.fixture
def proxy(delante: Terminal) -> Proxy:
    """El proxy en marcha mientras dure; da su dirección."""

    @contextmanager
    def arrancar() -> Iterator[str]:
        orden = [caddy(), "run", "--config", "Caddyfile"]
        with en_marcha(delante, orden, LISTO):
            yield f"https://localhost:{delante.entorno['PUERTO_HTTPS']}"

    return arrancar


def conocida(terminal: Terminal) -> ssl.SSLContext:
    """Confía en quien firma el certificado del proxy, y en nadie más."""
    return ssl.create_default_context(cafile=terminal.carpeta / RAIZ_PROPIA)


def pedir(terminal: Terminal, direccion: str) -> httpx.Response:
    """Pregunta si está sano; el primer certificado llega un instante después de arrancar."""
    transporte = httpx.HTTPTransport(retries=6, verify=conocida(terminal))
    with httpx.Client(transport=transporte) as cliente:
        return cliente.get(f"{direccion}/api/health")


def test_los_puertos_del_caddyfile_son_los_de_la_pagina() -> None:
    texto = (CARPETA / "Caddyfile").read_text("utf-8")
    valores = re.findall(r"\{\$(\w+):(\d+)\}", texto)
    assert {(nombre, int(valor)) for nombre, valor in valores} == {
        *PUERTOS.items(),
        ("PREFECT_SERVER_API_PORT", int(PUERTO)),
    }
    assert set(re.findall(r":(\d{4})\b", texto)) == {valor for _, valor in valores}


@con_caddy
@pytest.mark.parametrize("archivo", ARCHIVOS)
def test_caddy_entiende_los_dos_archivos(delante: Terminal, archivo: str) -> None:
    """Y están escritos como él los escribiría, salvo que él sangra con tabuladores."""
    for orden in ("validate --adapter caddyfile --config", "fmt"):
        hecho = subprocess.run(
            [caddy(), *orden.split(), CARPETA / archivo],
            env=delante.entorno,
            cwd=delante.carpeta,
            capture_output=True,
            text=True,
        )
        assert hecho.returncode == 0, hecho.stderr
    assert hecho.stdout.expandtabs(4) == (CARPETA / archivo).read_text("utf-8")


@con_caddy
def test_caddy_firma_su_certificado_y_lo_deja_en_su_carpeta(
    delante: Terminal, proxy: Proxy
) -> None:
    with proxy() as direccion:
        assert pedir(delante, direccion).status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(
                f"{direccion}/api/health",
                verify=ssl.create_default_context(cafile=certifi.where()),
            )
    firma = x509.load_pem_x509_certificate((delante.carpeta / RAIZ_PROPIA).read_bytes())
    assert firma.issuer == firma.subject
    assert {p.name for p in delante.carpeta.iterdir()} >= {"Caddyfile", "caddy"}


@con_caddy
def test_al_volver_el_proxy_el_certificado_es_el_mismo(
    delante: Terminal, proxy: Proxy
) -> None:
    with proxy() as direccion:
        assert pedir(delante, direccion).status_code == 200
    antes = (delante.carpeta / RAIZ_PROPIA).read_bytes()
    with proxy() as direccion:
        assert pedir(delante, direccion).status_code == 200
    assert (delante.carpeta / RAIZ_PROPIA).read_bytes() == antes


@con_caddy
def test_sin_el_proxy_no_contesta_nadie(delante: Terminal, proxy: Proxy) -> None:
    with proxy() as direccion:
        preguntar = (
            f"PREFECT_API_SSL_CERT_FILE='{delante.carpeta / RAIZ_PROPIA}' "
            f"PREFECT_API_URL={direccion}/api prefect server status"
        )
        pedir(delante, direccion)
        assert "Server is available" in delante.ejecutar(preguntar).salida
    hecho = delante.ejecutar(preguntar)
    assert hecho.codigo != 0
    assert "Server is not available" in hecho.salida


@con_caddy
def test_sin_servidor_el_proxy_contesta_502(delante: Terminal, proxy: Proxy) -> None:
    """Con otro puerto, en el que no hay nadie, en lugar del suyo."""
    suyo = delante.entorno["PREFECT_SERVER_API_PORT"]
    delante.entorno["PREFECT_SERVER_API_PORT"] = str(puerto_libre())
    try:
        with proxy() as direccion:
            assert pedir(delante, direccion).status_code == 502
    finally:
        delante.entorno["PREFECT_SERVER_API_PORT"] = suyo


@con_caddy
def test_la_interfaz_pregunta_a_la_api_por_el_proxy(
    delante: Terminal, proxy: Proxy
) -> None:
    """En un navegador: la API contesta, y nada de lo que se le pide va por otro sitio."""
    sincronas = pytest.importorskip("playwright.sync_api")
    pedidas: list[str] = []
    with proxy() as direccion, sincronas.sync_playwright() as entrada:
        pedir(delante, direccion)
        navegador = entrada.chromium.launch(executable_path=CHROMIUM, args=OPCIONES)
        pagina = navegador.new_context(ignore_https_errors=True).new_page()
        pagina.on("request", lambda pedida: pedidas.append(pedida.url))
        with pagina.expect_response(f"{direccion}/api/**") as contestado:
            pagina.goto(direccion)
        assert contestado.value.ok
        pagina.wait_for_load_state("networkidle")
        navegador.close()
    a_la_api = {urlsplit(p).netloc for p in pedidas if "/api/" in urlsplit(p).path}
    assert a_la_api == {urlsplit(direccion).netloc}


@pytest.fixture(scope="module")
def propio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """El certificado de un impostor, que se firma a sí mismo, con su clave."""
    clave = ec.generate_private_key(ec.SECP256R1())
    nombre = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    ahora = datetime.now(UTC)
    certificado = (
        x509.CertificateBuilder()
        .subject_name(nombre)
        .issuer_name(nombre)
        .public_key(clave.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ahora - timedelta(days=1))
        .not_valid_after(ahora + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .sign(clave, hashes.SHA256())
    )
    archivo = tmp_path_factory.mktemp("impostor") / "impostor.pem"
    archivo.write_bytes(
        clave.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificado.public_bytes(serialization.Encoding.PEM)
    )
    return archivo


@contextmanager
def impostor(certificado: Path) -> Iterator[tuple[str, list[str]]]:
    """Contesta en lugar del servidor y apunta las contraseñas que recibe."""
    recibidas: list[str] = []

    class Apunta(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            recibidas.append(self.headers["Authorization"])
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Sin registro."""

    class Escucha(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """Quien no se fía corta sin decir nada."""

    contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexto.load_cert_chain(certificado)
    with Escucha(("127.0.0.1", 0), Apunta) as escucha:
        escucha.socket = contexto.wrap_socket(escucha.socket, server_side=True)
        hilo = Thread(target=escucha.serve_forever)
        hilo.start()
        try:
            yield f"https://localhost:{escucha.server_port}/api", recibidas
        finally:
            escucha.shutdown()
            hilo.join()


def preguntar(api: str) -> None:
    """Como haría cualquier programa con esos ajustes, conteste lo que conteste."""
    with suppress(httpx.HTTPError), SyncPrefectClient(api, auth_string=CLAVE) as quien:
        quien._client.get("/health")


def test_sin_comprobar_el_certificado_la_contrasena_se_entrega_a_cualquiera(
    propio: Path,
) -> None:
    sin_comprobar = {settings.PREFECT_API_TLS_INSECURE_SKIP_VERIFY: True}
    with (
        impostor(propio) as (api, recibidas),
        settings.temporary_settings(sin_comprobar),
    ):
        preguntar(api)
    assert CLAVE in {base64.b64decode(r.split()[1]).decode() for r in recibidas}


def test_comprobando_el_certificado_un_impostor_no_recibe_la_contrasena(
    propio: Path,
) -> None:
    """Ni por omisión, ni si se confía en otro; a quien sí se conoce se le da."""
    ajuste = settings.PREFECT_API_SSL_CERT_FILE
    with impostor(propio) as (api, recibidas):
        preguntar(api)
        with settings.temporary_settings({ajuste: certifi.where()}):
            preguntar(api)
        assert not recibidas
        with settings.temporary_settings({ajuste: str(propio)}):
            preguntar(api)
        assert recibidas


def test_sin_mas_los_programas_confian_en_certifi() -> None:
    """O en las de `SSL_CERT_FILE`, que Prefect lee una sola vez: al importarse."""
    sin_nada = {n: v for n, v in os.environ.items() if n != "SSL_CERT_FILE"}
    otras = ssl.get_default_verify_paths().openssl_cafile
    for entorno, esperadas in (
        (sin_nada, certifi.where()),
        (sin_nada | {"SSL_CERT_FILE": otras}, otras),
    ):
        hecho = subprocess.run(
            [sys.executable, "-c", EN_QUIEN_CONFIA],
            env=entorno,
            capture_output=True,
            text=True,
        )
        assert hecho.stdout.splitlines()[-1] == esperadas


@pytest.mark.parametrize(
    ("desde", "hasta", "sigue"),
    [
        ("http://prefect.example", "https://prefect.example", True),
        ("http://localhost:8080", "https://localhost:8443", False),
    ],
    ids=["80-443", "8080-8443"],
)
def test_de_http_a_https_con_los_puertos_de_siempre_la_contrasena_sigue(
    desde: str, hasta: str, sigue: bool
) -> None:
    """El servidor es de mentira, y redirige lo que no va cifrado; el cliente es el de Prefect."""
    llevan: dict[str, bool] = {}

    def contestar(pedida: httpx.Request) -> httpx.Response:
        llevan[pedida.url.scheme] = "authorization" in pedida.headers
        if pedida.url.scheme == "http":
            return httpx.Response(302, headers={"Location": f"{hasta}/api/health"})
        return httpx.Response(200, json=True)

    with SyncPrefectClient(
        f"{desde}/api",
        auth_string=CLAVE,
        httpx_settings={"transport": httpx.MockTransport(contestar)},
    ) as cliente:
        cliente._client.get("/health")
    assert llevan == {"http": True, "https": sigue}
