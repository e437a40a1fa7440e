"""Lo que «Qué es Prefect» y «Ventajas de Prefect» dicen, y sus salidas no demuestran."""

import ast
import re
from importlib.metadata import metadata

import pytest
from prefect.client.orchestration import SyncPrefectClient

from motor.ejecuciones import identificadores
from motor.rutas import SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = SNIPPETS / "conceptos" / "que-es-prefect"


def funciones(programa: str) -> dict[str, str]:
    """El cuerpo de cada función, sin decoradores ni lo que solo cambia por ellos."""
    arbol = ast.parse((PAGINA / programa).read_text("utf-8"))
    return {
        nodo.name: ast.unparse(ast.Module(nodo.body, []))
        for nodo in arbol.body
        if isinstance(nodo, ast.FunctionDef)
    }


def test_con_prefect_solo_cambian_las_lineas_resaltadas() -> None:
    assert funciones("descarga.py") == funciones("descarga_prefect.py")


def test_la_linea_view_at_solo_sale_con_un_servidor(
    terminal: Terminal, pytestconfig: pytest.Config
) -> None:
    sin_el = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    salidas = []
    for una in (terminal, sin_el):
        una.guardar("conceptos/que-es-prefect/descarga_prefect.py")
        salidas.append(una.ejecutar("python descarga_prefect.py").salida)
    sin_el.cerrar()
    assert ["View at" in salida for salida in salidas] == [True, False]


def test_prefect_tiene_licencia_apache() -> None:
    assert metadata("prefect")["License"] == "Apache-2.0"


def test_fn_no_deja_rastro(terminal: Terminal, cliente: SyncPrefectClient) -> None:
    antes = len(cliente.read_task_runs())
    terminal.guardar("conceptos/ventajas/python_puro.py")
    hecho = terminal.ejecutar(
        'python -c "from python_puro import con_iva; print(con_iva.fn(100.0))"'
    )
    assert hecho.salida == "116.0\n"
    assert len(cliente.read_task_runs()) == antes


FN_DE_UN_FLOW = "from python_puro import cotizar; print(cotizar.fn([100.0]))"


def test_fn_de_un_flow_no_evita_sus_task_runs(terminal: Terminal) -> None:
    terminal.guardar("conceptos/ventajas/python_puro.py")
    salida = terminal.ejecutar(f'python -c "{FN_DE_UN_FLOW}"').salida
    assert not identificadores(salida)
    assert "Task run 'con_iva' - Finished in state Completed()" in salida


RAMAS = """
from prefect import flow, task

@task
def cargar():
    return "cargado"

@task
def avisar():
    return "avisado"

@flow
def informe(hay_ventas: bool):
    return cargar() if hay_ventas else avisar()

informe(True)
informe(False)
"""


def test_un_if_decide_que_tasks_se_ejecutan(terminal: Terminal) -> None:
    (terminal.carpeta / "ramas.py").write_text(RAMAS, "utf-8")
    salida = terminal.ejecutar("python ramas.py").salida
    hechas = re.findall(r"Task run '(\w+)-", salida)
    assert hechas == ["cargar", "avisar"]
