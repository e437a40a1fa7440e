"""Lo que la página de instalación no ejecuta, o promete sin enseñarlo."""

import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from verificador import casa, plugin
from verificador.pagina import DOCS, RAIZ, SNIPPETS
from verificador.terminal import Terminal

INSTALACION = DOCS / "tutorial" / "instalacion.md"
SISTEMAS = SNIPPETS / "tutorial" / "instalacion" / "sistemas.md"
# Las páginas que hablan de versiones. Ahí, cada número tiene que salir de algún sitio.
CON_VERSIONES = [
    INSTALACION,
    RAIZ / "README.md",
    DOCS / "index.md",
    DOCS / "conceptos" / "que-es-prefect.md",
    DOCS / "guias" / "pedir-ayuda.md",
    DOCS / "tutorial" / "ui-local.md",
]
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
    proyecto = tomllib.loads((RAIZ / "pyproject.toml").read_text("utf-8"))["project"]
    suelo, techo = re.fullmatch(
        r">=([\d.]+),<3\.(\d+)", proyecto["requires-python"]
    ).groups()
    return suelo, f"3.{int(techo) - 1}"


def pythons() -> set[str]:
    """Las versiones menores de Python que admite el proyecto."""
    primera, ultima = (int(version.split(".")[1]) for version in rango())
    return {f"3.{menor}" for menor in range(primera, ultima + 1)}


def prosa(pagina: Path) -> str:
    """El texto de una página sin lo que cuenta como historia."""
    texto = pagina.read_text("utf-8")
    return re.sub(r'^\?\?\? note "Historia:.*\n(?:    .*\n|\n)*', "", texto, flags=re.M)


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


@pytest.mark.parametrize("pagina", [INSTALACION, RAIZ / "README.md"], ids=nombre)
def test_el_rango_de_python_es_el_del_proyecto(pagina: Path) -> None:
    suelo, techo = rango()
    assert f"de la {suelo} a la {techo}" in pagina.read_text("utf-8")


def test_el_rango_de_python_es_el_de_la_tabla_de_sistemas() -> None:
    celdas = re.findall(r"\| ([^|]+) \|$", SISTEMAS.read_text("utf-8"), re.MULTILINE)
    suelo, techo = rango()
    validas = PYTHONS[PYTHONS.index(suelo) : PYTHONS.index(techo) + 1]
    assert set(celdas[2:]) == {", ".join(validas), "ninguna"}


@con_red
def test_la_tabla_de_sistemas_es_la_de_la_lista(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    """Si falla: `CI=1 .venv/bin/pytest tests/test_instalacion.py --actualizar-salidas`."""
    real = tabla(tmp_path)
    if pytestconfig.option.actualizar_salidas:
        SISTEMAS.write_text(real, "utf-8")
    assert SISTEMAS.read_text("utf-8") == real


@pytest.mark.parametrize("pagina", CON_VERSIONES, ids=nombre)
def test_ningun_numero_de_version_esta_escrito_sin_atar(pagina: Path) -> None:
    atados = {*rango(), *pythons(), del_lock("uv"), del_lock("prefect")}
    assert not set(NUMERO.findall(prosa(pagina))) - atados


def test_lo_que_envia_el_servidor_es_lo_que_dice_la_pagina() -> None:
    from prefect.server.services import telemetry

    fuente = inspect.getsource(telemetry.send_telemetry_heartbeat)
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


def test_sin_ajustes_se_espera_lo_que_dice_la_pagina() -> None:
    from prefect.settings.models.server.ephemeral import ServerEphemeralSettings

    campo = ServerEphemeralSettings.model_fields["startup_timeout_seconds"]
    assert f"Por omisión son {campo.default}," in INSTALACION.read_text("utf-8")


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
def test_sin_la_lista_tambien_se_ejecuta_un_flow(terminal: Terminal) -> None:
    """`pip install prefect`, lo más nuevo de cada paquete, como dice la página."""
    terminal.limite_s = 600
    terminal.guardar("tutorial/flow-y-task/mi_pipeline.py")
    ejecucion = terminal.ejecutar(
        "python -m venv vacio\nsource vacio/bin/activate\n"
        "python -m pip install --quiet prefect\n"
        'export PREFECT_HOME="$PWD/casa"\npython mi_pipeline.py'
    )
    assert ejecucion.codigo == 0, ejecucion.salida
    assert "Starting temporary server" in ejecucion.salida
    assert "El flow ha devuelto: completado" in ejecucion.salida
