"""Lo que docs/guias/probar-flows.md dice de pytest, de las tasks sueltas y del arnés."""

from pathlib import Path

import pytest
from prefect import task
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import MissingContextError
from prefect.logging import disable_run_logger, get_run_logger

from verificador.terminal import Terminal

PROBAR = "guias/probar-flows"
ETL = "tutorial/primer-flow/etl_ventas.py"

# Lo mismo que hace conftest.py, sin apartar los resultados, y lo que se ve desde dentro.
CON_EL_ARNES = """
from prefect import flow
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL as BASE,
    PREFECT_RESULTS_LOCAL_STORAGE_PATH as RESULTADOS,
)
from prefect.testing.utilities import prefect_test_harness

@flow
def cualquiera():
    pass

fuera = BASE.value(), RESULTADOS.value()
with prefect_test_harness(server_startup_timeout=120):
    cualquiera()
    base = str(BASE.value())
    print("base:", base.partition("///")[2])
    print("iguales:", base == str(fuera[0]), RESULTADOS.value() == fuera[1])
"""


def test_con_tmp_path_ninguna_prueba_escribe_en_data_output(terminal: Terminal) -> None:
    terminal.guardar(f"{PROBAR}/etl_original.py")
    terminal.guardar(f"{PROBAR}/test_corregido.py")
    (terminal.carpeta / "test_vacia.py").write_text(
        "def test_vacia(tmp_path):\n    assert not list(tmp_path.iterdir())\n"
    )

    ejecucion = terminal.ejecutar("python -m pytest -q test_corregido.py test_vacia.py")

    assert "2 passed" in ejecucion.salida
    assert not (terminal.raiz / "data" / "output").exists()


def test_las_pruebas_de_las_tasks_no_necesitan_servidor(terminal: Terminal) -> None:
    for nombre in (ETL, f"{PROBAR}/conftest.py", f"{PROBAR}/test_tareas.py"):
        terminal.guardar(nombre)

    # En el puerto 9 no escucha nadie.
    ejecucion = terminal.ejecutar(
        "PREFECT_API_URL=http://127.0.0.1:9/api python -m pytest -q -s --setup-show test_tareas.py"
    )

    assert "3 passed" in ejecucion.salida
    assert "prefect_de_pruebas" not in ejecucion.salida
    assert "| INFO" not in ejecucion.salida


def test_una_task_que_escribe_en_el_log_se_prueba_sin_el() -> None:
    @task
    def saludar() -> str:
        get_run_logger().info("hola")
        return "hola"

    with pytest.raises(MissingContextError):
        saludar.fn()
    with disable_run_logger():
        assert saludar.fn() == "hola"


def test_llamar_a_la_funcion_del_flow_no_evita_prefect(terminal: Terminal) -> None:
    terminal.guardar(ETL)

    llamada = "from etl_ventas import pipeline_etl; pipeline_etl.fn()"
    salida = terminal.ejecutar(f"python -c '{llamada}'").salida

    assert "Flow run" not in salida
    assert "Task run 'extraer" in salida


def test_sin_return_state_la_excepcion_sale_del_flow(terminal: Terminal) -> None:
    terminal.guardar(ETL)
    (terminal.carpeta / "sin_estado.py").write_text(
        "from pathlib import Path\nimport pytest\nfrom etl_ventas import pipeline_etl\n"
        "with pytest.raises(FileNotFoundError):\n"
        "    pipeline_etl(Path('no_existe.csv'))\n"
    )
    assert terminal.ejecutar("python sin_estado.py").codigo == 0


def test_el_arnes_usa_otra_base_de_datos_y_la_borra_pero_no_aisla_los_resultados(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    (terminal.carpeta / "con_el_arnes.py").write_text(CON_EL_ARNES)

    ejecucion = terminal.ejecutar("python con_el_arnes.py")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert "iguales: False True" in ejecucion.salida
    base = ejecucion.salida.partition("base: ")[2].splitlines()[0]
    assert base.endswith("prefect-test.db")
    assert not Path(base).exists()
    assert "cualquiera" not in {f.name for f in cliente.read_flows()}


def test_pytest_a_secas_recoge_todo_y_lf_repite_lo_que_fallo(
    terminal: Terminal,
) -> None:
    for nombre in ("etl_original", "test_original", "test_corregido"):
        terminal.guardar(f"{PROBAR}/{nombre}.py")

    assert len(list(terminal.carpeta.glob("test_*.py"))) == 2
    assert "1 failed, 1 passed" in terminal.ejecutar("python -m pytest -q").salida
    de_nuevo = terminal.ejecutar("python -m pytest -q --lf").salida
    assert "1 failed" in de_nuevo
    assert "passed" not in de_nuevo
