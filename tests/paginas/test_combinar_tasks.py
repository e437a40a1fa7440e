"""Lo que «Listas, esperas y subflows» afirma y su salida no demuestra por sí sola."""

import re
from collections.abc import Callable

import pandas as pd
import pytest
from consultas import cambiar, coinciden_en_el_tiempo, task_runs, van_en_fila
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient

from motor.ejecuciones import identificadores
from motor.rutas import RAIZ
from verificador.terminal import Terminal

PAGINA = "tutorial/combinar-tasks"


def test_map_envia_una_task_run_por_elemento_y_unmapped_no_se_recorre(
    funciona: Callable[[str], None],
) -> None:
    funciona("""
@task
def contar(tienda: str, ventas: list[int]) -> tuple[str, int]:
    return tienda, len(ventas)

@flow
def probar() -> None:
    futuros = contar.map(["Puebla", "Monterrey"], unmapped([1, 2, 3]))
    assert len(futuros) == 2
    assert futuros.result() == [("Puebla", 3), ("Monterrey", 3)]

probar()
""")


def test_los_resultados_de_map_van_en_el_orden_de_la_lista(
    funciona: Callable[[str], None],
) -> None:
    funciona("""
terminadas = []

@task
def esperar(segundos: float) -> float:
    time.sleep(segundos)
    terminadas.append(segundos)
    return segundos

@flow
def probar() -> None:
    assert esperar.map([0.6, 0.3, 0.0]).result() == [0.6, 0.3, 0.0]
    assert terminadas == [0.0, 0.3, 0.6]

probar()
""")


def test_si_falla_una_task_de_map_el_flow_solo_lo_ve_con_result(
    funciona: Callable[[str], None],
) -> None:
    funciona("""
@task
def sumar(ventas: int) -> int:
    assert ventas > 0, "sin ventas"
    return ventas

@flow
def callado() -> None:
    futuros = sumar.map([120, 0])
    futuros.wait()
    assert [f.state.name for f in futuros] == ["Completed", "Failed"]

@flow
def visible() -> None:
    sumar.map([120, 0]).result()

assert callado(return_state=True).is_completed()
try:
    visible()
except AssertionError as error:
    assert "sin ventas" in str(error)
else:
    raise SystemExit("el flow no ha visto el fallo")
""")


def test_sin_unmapped_map_recorre_tambien_la_tabla(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/por_tienda.py")
    cambiar(programa, "unmapped(ventas)", "ventas")

    ejecucion = terminal.ejecutar("python por_tienda.py")

    columnas = len(pd.read_csv(RAIZ / "data" / "ventas.csv").columns)
    assert ejecucion.codigo != 0
    assert re.search(
        r"(?m)^prefect\.exceptions\.MappingLengthMismatch: .*"
        rf"{{'tienda': 4, 'ventas': {columnas}}}$",
        ejecucion.salida,
    )
    assert "Task run 'sumar" not in ejecucion.salida


def test_wait_for_es_lo_que_ordena(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/esperar.py")
    cambiar(programa, ", wait_for=[limpieza]", "")

    salida = terminal.ejecutar("python esperar.py").salida

    assert salida.index("3 ventas cargadas") < salida.index("Destino limpio")


FALLA = 'raise ConnectionError("no responde")'
LIMPIA = 'print("Destino limpio")'


@pytest.mark.parametrize(
    ("falla", "estados"),
    [
        (LIMPIA, {"limpiar": "Failed", "cargar": "NotReady"}),
        (
            'print(f"{len(ventas)} ventas cargadas")',
            {"limpiar": "Completed", "cargar": "Failed"},
        ),
    ],
)
def test_si_falla_lo_que_se_espera_el_flow_falla(
    terminal: Terminal,
    cliente: SyncPrefectClient,
    falla: str,
    estados: dict[str, str],
) -> None:
    programa = terminal.guardar(f"{PAGINA}/esperar.py")
    cambiar(programa, falla, FALLA)

    ejecucion = terminal.ejecutar("python esperar.py")

    assert ejecucion.codigo != 0
    assert "ventas cargadas" not in ejecucion.salida
    (run,) = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(run).state.is_failed()
    hallados = {t.name: t.state.name for t in task_runs(cliente, run, 3)}
    assert hallados == {"extraer": "Completed"} | estados


def test_con_allow_failure_wait_for_solo_dice_cuando(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/esperar.py")
    cambiar(programa, LIMPIA, FALLA)
    cambiar(programa, "import flow", "import allow_failure, flow")
    cambiar(programa, "[limpieza]", "[allow_failure(limpieza)]")

    ejecucion = terminal.ejecutar("python esperar.py")

    assert ejecucion.codigo == 0
    (run,) = identificadores(ejecucion.salida)
    _, limpiar, cargar = task_runs(cliente, run, 3)
    assert (limpiar.name, limpiar.state.name) == ("limpiar", "Failed")
    assert (cargar.name, cargar.state.name) == ("cargar", "Completed")
    assert limpiar.end_time <= cargar.start_time
    assert "3 ventas cargadas" in ejecucion.salida
    assert cliente.read_flow_run(run).state.is_completed()


def test_el_subflow_tambien_se_ejecuta_solo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/subflow.py")
    cambiar(programa, "\n    informe_de_ingresos()", "\n    preparar()")

    (run,) = identificadores(terminal.ejecutar("python subflow.py").salida)

    leido = cliente.read_flow_run(run)
    assert leido.state.is_completed()
    assert leido.parent_task_run_id is None


def test_un_flow_no_tiene_submit_y_llamarlo_es_esperarlo(
    funciona: Callable[[str], None],
) -> None:
    assert not hasattr(Flow, "submit")
    funciona("""
terminados = []

@flow
def preparar() -> None:
    time.sleep(0.3)
    terminados.append("preparar")

@flow
def informe() -> None:
    preparar()
    assert terminados == ["preparar"]

informe()
""")


def test_gather_va_en_paralelo_y_un_await_tras_otro_en_fila(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/con_gather.py")

    salida = terminal.ejecutar("python con_gather.py").salida

    tareas = task_runs(cliente, identificadores(salida)[0], 6)
    assert van_en_fila(tareas[:3])
    assert coinciden_en_el_tiempo(tareas[3:])


def test_gather_lanza_juntos_los_subflows_asincronos(
    funciona: Callable[[str], None],
) -> None:
    """Cada uno espera al otro: si fueran en fila, no acabarían nunca."""
    funciona("""
@flow
async def preparar(encuentro: asyncio.Barrier) -> None:
    async with asyncio.timeout(30):
        await encuentro.wait()

@flow
async def informe() -> None:
    encuentro = asyncio.Barrier(2)
    await asyncio.gather(preparar(encuentro), preparar(encuentro))

asyncio.run(informe())
""")
