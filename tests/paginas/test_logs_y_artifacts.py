"""Qué llega al log de una ejecución, y qué se publica: docs/produccion/logs-y-artifacts.md."""

import json
from collections.abc import Callable

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

from motor.ejecuciones import identificadores
from motor.espera import esperar
from motor.prefect_por_dentro import TERMINA
from verificador.terminal import Terminal

PAGINA = "produccion/logs-y-artifacts"
LIMITE_S = 20
QUITADAS = "120 filas quitadas"
AJUSTE = "PREFECT_LOGGING_EXTRA_LOGGERS=limpieza "


@pytest.fixture
def informe(terminal: Terminal) -> Terminal:
    """Una terminal con los informes y su biblioteca."""
    for programa in ("limpieza", "informe_con_log", "con_la_biblioteca"):
        terminal.guardar(f"{PAGINA}/{programa}.py")
    return terminal


def en_el_servidor(cliente: SyncPrefectClient, salida: str) -> list[str]:
    """Los mensajes que ha guardado de la ejecución que enseña una salida."""
    filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=identificadores(salida)))

    def mensajes() -> list[str]:
        return [log.message for log in cliente.read_logs(filtro)]

    assert esperar(lambda: any(TERMINA in m for m in mensajes()), LIMITE_S)
    return mensajes()


def test_con_el_nivel_debug_salen_las_lineas_de_debug(informe: Terminal) -> None:
    con_debug = informe.ejecutar(
        "PREFECT_LOGGING_LEVEL=DEBUG python informe_con_log.py"
    )
    assert "| DEBUG   | Flow run" in con_debug.salida
    assert "columnas: venta_id, fecha" in con_debug.salida


@pytest.mark.parametrize("ajuste", ["", AJUSTE], ids=["sin ajuste", "con ajuste"])
def test_sin_nivel_no_se_oye_a_la_biblioteca(
    informe: Terminal, cliente: SyncPrefectClient, ajuste: str
) -> None:
    salida = informe.ejecutar(f"{ajuste}python informe_con_log.py").salida
    assert QUITADAS not in salida
    assert QUITADAS not in en_el_servidor(cliente, salida)


def test_el_nivel_solo_no_llega_al_servidor(
    informe: Terminal, cliente: SyncPrefectClient
) -> None:
    salida = informe.ejecutar("python con_la_biblioteca.py").salida
    assert f"| INFO    | limpieza - {QUITADAS}" in salida
    assert QUITADAS not in en_el_servidor(cliente, salida)


def test_el_log_en_json_es_una_linea_por_mensaje(informe: Terminal) -> None:
    formato = "PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER=json"
    salida = informe.ejecutar(f"{formato} python informe_con_log.py").salida
    lineas = [json.loads(linea) for linea in salida.splitlines()]
    assert {"INFO", "WARNING"} <= {linea["levelname"] for linea in lineas}
    assert any(TERMINA in linea["msg"] for linea in lineas)


def test_get_run_logger_funciona_en_un_flow_una_task_y_un_hook(
    terminal: Terminal,
) -> None:
    (terminal.carpeta / "tres.py").write_text(TRES, "utf-8")
    salida = terminal.ejecutar("python tres.py").salida
    assert [n for n in ("en el flow", "en la task", "en el hook") if n in salida] == [
        "en el flow",
        "en la task",
        "en el hook",
    ]
    assert "MissingContextError" not in salida


TRES = """
from prefect import flow, get_run_logger, task

@task
def paso():
    get_run_logger().info("en la task")

def avisar(flow, flow_run, state):
    get_run_logger().info("en el hook")

@flow(on_completion=[avisar])
def en_tres():
    get_run_logger().info("en el flow")
    paso()

en_tres()
"""


def test_la_clave_de_un_artifact_son_minusculas_numeros_y_guiones(
    funciona: Callable[[str], None],
) -> None:
    funciona(
        "from prefect.artifacts import create_markdown_artifact as crear\n"
        "crear('bien', key='resumen-2')\n"
        "for clave in ('Resumen', 'el resumen', 'año', 'un_resumen'):\n"
        "    try:\n"
        "        crear('mal', key=clave)\n"
        "    except Exception as error:\n"
        "        assert 'lowercase letters' in str(error), error\n"
        "    else:\n"
        "        raise AssertionError(clave)\n"
    )


def test_artifact_get_da_la_ultima_version(funciona: Callable[[str], None]) -> None:
    funciona(
        "from prefect.artifacts import Artifact, create_markdown_artifact as crear\n"
        "for texto in ('primero', 'segundo'):\n"
        "    crear(texto, key='versiones')\n"
        "assert Artifact.get('versiones').data == 'segundo'\n"
    )
