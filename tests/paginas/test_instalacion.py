"""Lo que la página de instalación no ejecuta, o promete sin enseñarlo."""

import ast
import os
import platform
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from importlib.metadata import distributions
from pathlib import Path, PureWindowsPath

import prefect
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from calificador.ejercicios import leer_catalogo
from motor.rutas import CARPETA, DOCS, RAIZ, SNIPPETS
from verificador import casa, kit, plugin
from verificador.terminal import Terminal, hacia_fuera

INSTALACION = DOCS / "tutorial" / "instalacion.md"
SISTEMAS = SNIPPETS / "tutorial" / "instalacion" / "sistemas.md"
# Las páginas que hablan de versiones. Ahí, cada número tiene que salir de algún sitio.
PLATAFORMAS = {
    "Linux, x86_64": "x86_64-unknown-linux-gnu",
    "Linux, ARM64": "aarch64-unknown-linux-gnu",
    "Linux con musl (Alpine)": "x86_64-unknown-linux-musl",
    "macOS, Apple Silicon": "aarch64-apple-darwin",
    "macOS, Intel": "x86_64-apple-darwin",
    "Windows, x86_64": "x86_64-pc-windows-msvc",
    "Windows, ARM64": "aarch64-pc-windows-msvc",
}
# La última queda fuera del rango: cuando se pueda ampliar, la prueba lo dirá.
PYTHONS = ["3.11.5", "3.12", "3.13", "3.14", "3.15"]
# Ni las direcciones (127.0.0.1) ni las licencias (CC BY 4.0) son versiones.
NUMERO = re.compile(r"(?<!Apache )(?<!CC BY )(?<![\d.])\d+(?:\.\d+){1,2}(?![\d.]*\d)")
NADIE = "http://127.0.0.1:9"  # el puerto en el que no escucha nadie
con_red = pytest.mark.skipif(
    "CI" not in os.environ, reason="descarga o consulta paquetes: solo en la CI"
)


def del_lock(paquete: str) -> str:
    """La versión de un paquete en requirements.txt."""
    lista = (RAIZ / "requirements.txt").read_text("utf-8")
    (version,) = re.findall(rf"^{paquete}==([\d.]+)", lista, re.MULTILINE)
    return version


def rango() -> tuple[str, str]:
    """La primera y la última versión de Python que admite el proyecto."""
    primera, *_, ultima = casa.pythons(RAIZ)
    return primera, ultima


def pythons() -> set[str]:
    """Las versiones menores de Python que admite el proyecto."""
    return {".".join(v.split(".")[:2]) for v in casa.pythons(RAIZ)}


def nombre(ruta: Path) -> str:
    return ruta.stem


def se_instala(python: str, plataforma: str, carpeta: Path) -> bool:
    """Indica si cada paquete de la lista tiene un archivo ya compilado para ahí."""
    orden = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--target"]
    orden += [carpeta, "--python-version", python, "--python-platform", plataforma]
    orden += ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    orden += ["-r", RAIZ / "requirements.txt"]
    uv = subprocess.run(orden, capture_output=True, text=True, check=False)
    sin_archivo = re.search(r"has\s+no\s+(usable\s+)?wheels", uv.stderr)
    assert uv.returncode == 0 or sin_archivo, uv.stderr  # la red también falla
    return uv.returncode == 0


def tabla(carpeta: Path) -> str:
    """Dónde se puede instalar la lista, como tabla Markdown para la página."""
    lineas = ["| Sistema | Versiones de Python |", "| --- | --- |"]
    for sistema, plataforma in PLATAFORMAS.items():
        validas = [p for p in PYTHONS if se_instala(p, plataforma, carpeta)]
        lineas.append(f"| {sistema} | {', '.join(validas) or 'ninguna'} |")
    return "\n".join(lineas) + "\n"


def test_la_pagina_instala_el_uv_del_lock() -> None:
    # Con otra versión, uv se sustituiría a sí mismo mientras instala la lista.
    pagina = INSTALACION.read_text("utf-8")
    assert re.findall(r"uv==[\d.]+", pagina) == [f"uv=={del_lock('uv')}"]


def test_el_rango_de_python_del_readme_es_el_del_proyecto() -> None:
    suelo, techo = rango()
    assert f"de la {suelo} a la {techo}" in (RAIZ / "README.md").read_text("utf-8")


def test_el_rango_de_python_es_el_de_la_tabla_de_sistemas() -> None:
    celdas = re.findall(r"\| ([^|]+) \|$", SISTEMAS.read_text("utf-8"), re.MULTILINE)
    suelo, techo = rango()
    validas = PYTHONS[PYTHONS.index(suelo) : PYTHONS.index(techo) + 1]
    assert set(celdas[2:]) == {", ".join(validas), "ninguna"}


@con_red
def test_la_tabla_de_sistemas_es_la_de_la_lista(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    """Si falla: `CI=1 .venv/bin/pytest tests/paginas/test_instalacion.py --actualizar-salidas`."""
    real = tabla(tmp_path)
    if pytestconfig.option.actualizar_salidas:
        SISTEMAS.write_text(real, "utf-8")
    assert SISTEMAS.read_text("utf-8") == real


def test_ningun_numero_de_version_esta_escrito_sin_atar_en_el_readme() -> None:
    """En las páginas de la web lo mira `verificador.prosa`."""
    atados = {*rango(), *pythons(), del_lock("uv"), del_lock("prefect")}
    texto = (RAIZ / "README.md").read_text("utf-8").partition("### Cómo se ata")[0]
    assert not set(NUMERO.findall(texto)) - atados


def test_lo_que_envia_el_servidor_es_lo_que_dice_la_pagina() -> None:
    # Leída, y no importada: detrás vendría el servidor entero.
    archivo = Path(prefect.__file__).parent / "server" / "services" / "telemetry.py"
    texto = archivo.read_text("utf-8")
    (funcion,) = (
        nodo
        for nodo in ast.walk(ast.parse(texto))
        if getattr(nodo, "name", "") == "send_telemetry_heartbeat"
    )
    fuente = ast.get_source_segment(texto, funcion)
    carga = fuente[fuente.index('"payload": {') + len('"payload": {') :]
    assert set(re.findall(r'"(\w+)":', carga[: carga.index("}")])) == {
        *("api_version", "prefect_version"),
        *("python_version", "python_implementation"),
        *("platform", "architecture"),
        *("session_id", "session_start_timestamp"),
        *("environment", "ephemeral_server"),
    }
    assert "Failed to send telemetry" in fuente


@pytest.fixture
def recien_llegado(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """Quien acaba de instalar: nunca ha usado Prefect y mira una terminal de verdad."""
    taller = pytestconfig.stash[plugin.TALLER]
    nuevo = taller.terminal(servidor=False, instalada=False, tty=True)
    yield nuevo
    nuevo.cerrar()


def test_el_aviso_sale_una_vez_y_solo_a_quien_no_lo_rechaza(
    recien_llegado: Terminal,
) -> None:
    avisos = [
        "Prefect collects anonymous usage data" in recien_llegado.ejecutar(orden).salida
        for orden in (
            "DO_NOT_TRACK=1 prefect --version",
            "prefect --version",
            "prefect --version",
        )
    ]
    assert avisos == [False, True, False]


def test_los_ajustes_siguen_ahi_al_poner_y_quitar_la_direccion(
    recien_llegado: Terminal,
) -> None:
    salidas = [
        recien_llegado.ejecutar(orden).salida
        for orden in (
            casa.orden_de_ajustes(),
            "prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api",
            "prefect config unset PREFECT_API_URL --yes",
            "prefect config view",
        )
    ]
    assert "Updated profile 'ephemeral'" in salidas[0]
    assert "Updated profile 'ephemeral'" in salidas[1]
    assert "PREFECT_API_URL" not in salidas[3]
    assert "PREFECT_SERVER_ANALYTICS_ENABLED='false'" in salidas[3]
    assert "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS='120'" in salidas[3]


def test_un_ajuste_se_quita_si_se_contesta_que_si(recien_llegado: Terminal) -> None:
    quitar = "prefect config unset PREFECT_SERVER_ANALYTICS_ENABLED"
    recien_llegado.ejecutar(casa.orden_de_ajustes())

    def quedan(respuesta: str) -> bool:
        recien_llegado.ejecutar(f"echo {respuesta} | {quitar} || true")
        vistos = recien_llegado.ejecutar("prefect config view").salida
        assert "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=" in vistos
        return "PREFECT_SERVER_ANALYTICS_ENABLED=" in vistos

    assert [quedan("n"), quedan("y")] == [True, False]


def test_prefect_version_dice_la_de_prefect_y_la_de_python(terminal: Terminal) -> None:
    salida = terminal.ejecutar("prefect version").salida

    dicho = dict(re.findall(r"^(\w[\w ]*): +(.+)$", salida, re.MULTILINE))
    assert dicho["Version"] == prefect.__version__
    assert dicho["Python version"] == platform.python_version()


def test_el_servidor_temporal_depende_solo_de_la_direccion(terminal: Terminal) -> None:
    """Hay un servidor en marcha, y aun así sin dirección se cuenta con uno temporal."""

    def servidor(entorno: str = "") -> str:
        salida = terminal.ejecutar(f"{entorno} prefect version").salida
        return re.search(r"Server type: +(\w+)", salida)[1]

    assert servidor() == "server"
    terminal.ejecutar("prefect config unset PREFECT_API_URL --yes")
    assert servidor() == "ephemeral"
    # En el puerto 9 no escucha nadie: la dirección basta.
    assert servidor("PREFECT_API_URL=http://127.0.0.1:9/api") == "server"


def test_si_el_servidor_temporal_tarda_demasiado_el_programa_falla(
    recien_llegado: Terminal,
) -> None:
    recien_llegado.guardar("tutorial/flow-y-task/mi_pipeline.py")

    ejecucion = recien_llegado.ejecutar(
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=1 python mi_pipeline.py"
    )

    assert ejecucion.codigo != 0
    assert (
        "Timed out while attempting to connect to ephemeral Prefect API server"
        in ejecucion.salida
    )


def test_el_entorno_se_activa_y_se_desactiva(tmp_path: Path) -> None:
    """Con un `prefect` que solo está en el entorno, como el de quien acaba de instalar."""
    guion = """
python -m venv --without-pip .venv
printf '#!/bin/sh\\necho aquí estoy\\n' >.venv/bin/prefect
chmod +x .venv/bin/prefect
PS1='$ '
source .venv/bin/activate
echo "$PS1"
command -v python
prefect version
deactivate
echo "$PS1"
prefect version
"""
    camino = f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"
    bash = subprocess.run(
        ["bash", "-c", guion],
        cwd=tmp_path,
        env={"PATH": camino},
        capture_output=True,
        text=True,
    )

    assert bash.stdout.splitlines() == [
        "(.venv) $ ",
        f"{tmp_path}/.venv/bin/python",
        "aquí estoy",
        "$ ",
    ]
    assert "prefect: command not found" in bash.stderr


def test_la_lista_fija_la_version_y_la_huella_de_cada_paquete() -> None:
    lista = (RAIZ / "requirements.txt").read_text("utf-8").replace("\\\n", "")
    paquetes = re.findall(r"^\w.*$", lista, re.MULTILINE)
    assert paquetes
    for paquete in paquetes:
        assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", paquete)


def test_lo_instalado_es_lo_de_la_lista() -> None:
    for requisito in de_la_lista():
        if requisito.marker is None or requisito.marker.evaluate():
            assert requisito.specifier.contains(metadata.version(requisito.name))


def test_a_la_lista_no_le_falta_ninguna_dependencia() -> None:
    lista = {canonicalize_name(requisito.name) for requisito in de_la_lista()}
    for paquete in lista & {canonicalize_name(d.name) for d in distributions()}:
        for escrito in metadata.requires(paquete) or []:
            requisito = Requirement(escrito)
            if requisito.marker is None or requisito.marker.evaluate({"extra": ""}):
                assert canonicalize_name(requisito.name) in lista


def de_la_lista() -> list[Requirement]:
    """Cada paquete de requirements.txt, con su versión y el sistema en que hace falta."""
    lista = (RAIZ / "requirements.txt").read_text("utf-8")
    lineas = re.findall(r"^\w.*$", lista, re.MULTILINE)
    return [Requirement(linea.rstrip(" \\")) for linea in lineas]


@pytest.mark.parametrize("instalador", ["pip", "uv pip"])
def test_se_rechaza_un_archivo_con_otra_huella(tmp_path: Path, instalador: str) -> None:
    huella = fabricar_rueda(tmp_path)

    def instalar(con_huella: str) -> int:
        lista = tmp_path / "lista.txt"
        lista.write_text(f"algo==1.0 --hash=sha256:{con_huella}\n", "utf-8")
        orden = [sys.executable, "-m", *instalador.split(), "install"]
        orden += ["--target", str(tmp_path / con_huella), "--no-index"]
        orden += ["--find-links", str(tmp_path), "-r", str(lista)]
        return subprocess.run(orden, capture_output=True).returncode

    assert instalar(huella) == 0
    assert instalar("0" * 64) != 0


def test_los_extras_se_llaman_asi() -> None:
    pedido = Requirement("prefect[sqlalchemy,aws,gcp,azure]")
    assert 'pip install "prefect[sqlalchemy,aws,gcp,azure]"' in INSTALACION.read_text(
        "utf-8"
    )
    extras = set(metadata.metadata("prefect").get_all("Provides-Extra"))
    assert pedido.extras <= extras
    assert "sql" not in extras


def test_pathlib_entiende_las_dos_barras_en_windows() -> None:
    assert PureWindowsPath("data/ventas.csv") == PureWindowsPath(r"data\ventas.csv")


def test_pip_no_encuentra_nada_roto() -> None:
    camino = {"PATH": str(Path(sys.executable).parent)}
    orden = "python -m pip check".split()
    pip = subprocess.run(orden, env=camino, capture_output=True, text=True, check=True)
    assert pip.stdout == "No broken requirements found.\n"


@con_red
def test_instalar_solo_con_pip_tambien_funciona(terminal: Terminal) -> None:
    terminal.limite_s = 600
    instalacion = terminal.ejecutar(
        "cd ../../..\npython -m venv .venv\nsource .venv/bin/activate\n"
        "python -m pip install --quiet --no-deps -r requirements.txt\n"
        "python -m pip check\npython -c 'import prefect'"
    )
    assert instalacion.codigo == 0, instalacion.salida
    assert "No broken requirements found" in instalacion.salida


@con_red
def test_con_el_kit_y_python_se_llega_al_primer_flow(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Los dos pasos del LEEME, con un Python a secas y sin nada más del proyecto."""
    carpeta = tmp_path / "guía prefect"
    with zipfile.ZipFile(kit.escribir(tmp_path / "kit.zip")) as descargado:
        descargado.extractall(carpeta)
    pasos = re.findall(r"```bash\n(.*?)```", leeme(carpeta), re.DOTALL)
    assert len(pasos) == 2
    corregir = (
        "python calificador --empezar\n"
        f"cp snippets/ejercicios/01-primer-flow/01-primer-flow.py {CARPETA}\n"
        "python calificador 1\n"
    )

    cache = {"UV_CACHE_DIR": str(pytestconfig.stash[plugin.CACHE] / "uv")}
    salida = a_secas(carpeta / casa.NOMBRE, "\n".join([*pasos, corregir]), cache)

    assert "Hola, Luis" in salida
    assert f"Llevas 1 de {len(leer_catalogo())}." in salida


def test_con_las_ruedas_se_instala_sin_red(tmp_path: Path) -> None:
    """Las dos órdenes de la página, con una lista de un solo paquete."""
    descargar, instalar = ordenes_de_las_ruedas()
    publicados = tmp_path / "publicados"
    lista = f"algo==1.0 --hash=sha256:{fabricar_rueda(publicados)}\n"
    proyecto = tmp_path / "guía prefect"
    proyecto.mkdir()
    (proyecto / "requirements.txt").write_text(lista, "utf-8")
    entorno = "python -m venv .venv\nsource .venv/bin/activate\n"

    con_red = {"PIP_FIND_LINKS": str(publicados), "PIP_NO_INDEX": "1"}
    a_secas(proyecto, f"{entorno}{descargar} --quiet\nrm -r .venv", con_red)
    sin_red = {"HTTPS_PROXY": NADIE, "PIP_INDEX_URL": NADIE, "PIP_RETRIES": "0"}
    salida = a_secas(
        proyecto,
        f"{entorno}{instalar} --quiet\npython -m pip check\npython -c 'import algo'",
        sin_red,
    )

    assert "No broken requirements found." in salida


def ordenes_de_las_ruedas() -> list[str]:
    """La que descarga los paquetes y la que los instala, como las dice la página."""
    pagina = INSTALACION.read_text("utf-8")
    ordenes = re.findall(r"`(python -m pip [^`]*ruedas[^`]*)`", pagina)
    assert [orden.split()[3] for orden in ordenes] == ["download", "install"]
    return ordenes


def fabricar_rueda(carpeta: Path) -> str:
    """Deja en una carpeta un paquete, `algo`, y da su huella."""
    carpeta.mkdir(exist_ok=True)
    with zipfile.ZipFile(carpeta / "algo-1.0-py3-none-any.whl", "w") as rueda:
        rueda.writestr("algo.py", "")
        rueda.writestr("algo-1.0.dist-info/METADATA", "Name: algo\nVersion: 1.0\n")
        rueda.writestr(
            "algo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"
        )
        rueda.writestr("algo-1.0.dist-info/RECORD", "")
    return sha256(Path(rueda.filename).read_bytes()).hexdigest()


def leeme(carpeta: Path) -> str:
    return (carpeta / casa.NOMBRE / "LEEME.md").read_text("utf-8")


def a_secas(carpeta: Path, orden: str, mas: Mapping[str, str] = {}) -> str:
    """Lo que imprime una orden con el Python del que sale el entorno, y nada de este."""
    entorno = hacia_fuera() | {"HOME": str(carpeta.parent), "LANG": "C.UTF-8"}
    entorno["PATH"] = f"{Path(sys.base_prefix) / 'bin'}:{os.defpath}"
    hecho = subprocess.run(
        ["bash", "-e", "-c", orden],
        cwd=carpeta,
        env=entorno | mas,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr
    return hecho.stdout + hecho.stderr


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Un proxy que apunta lo que le piden y no se lo da a nadie: su dirección y los apuntes."""
    pedidos: list[str] = []

    class Apunta(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pedidos.append(self.path)
            self.send_error(503)

        do_CONNECT = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), Apunta)
    hilo = threading.Thread(target=servidor.serve_forever)
    hilo.start()
    try:
        yield f"http://127.0.0.1:{servidor.server_port}", pedidos
    finally:
        servidor.shutdown()
        servidor.server_close()
        hilo.join()


@pytest.mark.parametrize("instalador", ["pip", "uv pip"])
def test_pip_y_uv_salen_por_el_proxy_de_la_variable(
    tmp_path: Path, instalador: str
) -> None:
    orden = [sys.executable, "-m", *instalador.split(), "install", "algo==1.0"]
    orden += ["--target", tmp_path, "--index-url", "https://paquetes.invalid/simple"]
    entorno = {"PATH": os.defpath, "HOME": str(tmp_path)}
    entorno |= {"PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0"}
    with proxy() as (direccion, pedidos):
        entorno["HTTPS_PROXY"] = direccion
        hecho = subprocess.run(orden, env=entorno, capture_output=True)
    assert hecho.returncode != 0
    assert "paquetes.invalid:443" in pedidos


@con_red
def test_sin_la_lista_tambien_se_ejecuta_un_flow(terminal: Terminal) -> None:
    """`pip install prefect`, lo más nuevo de cada paquete, como dice la página."""
    terminal.limite_s = 600
    terminal.guardar("tutorial/flow-y-task/mi_pipeline.py")
    ejecucion = terminal.ejecutar(
        "python -m venv vacio\nsource vacio/bin/activate\n"
        "python -m pip install --quiet prefect\n"
        'export PREFECT_HOME="$PWD/casa"\n'
        f"{casa.orden_de_ajustes()}\npython mi_pipeline.py"
    )
    assert ejecucion.codigo == 0, ejecucion.salida
    assert "Starting temporary server" in ejecucion.salida
    assert "El flow ha devuelto: informe listo" in ejecucion.salida
