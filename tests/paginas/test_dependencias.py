"""Lo que «Dependencias y concurrencia» afirma y su salida no demuestra por sí sola."""

from itertools import pairwise

import pandas as pd
import pytest
from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import TaskRun

from calificador.ejecuciones import identificadores
from verificador.terminal import Terminal

PAGINA = "tutorial/dependencias"


def coinciden_en_el_tiempo(tareas: list[TaskRun]) -> bool:
    return max(t.start_time for t in tareas) < min(t.end_time for t in tareas)


def van_en_fila(tareas: list[TaskRun]) -> bool:
    return all(a.end_time <= b.start_time for a, b in pairwise(tareas))


def test_las_llamadas_directas_van_en_fila_y_submit_en_paralelo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/tres_tareas.py")

    salida = terminal.ejecutar("python tres_tareas.py").salida

    runs = identificadores(salida)
    directas, enviadas = (task_runs(cliente, run, 3) for run in runs)
    assert len(directas) == len(enviadas) == 3
    assert van_en_fila(directas)
    assert coinciden_en_el_tiempo(enviadas)
    # «Dura un tercio»: con la máquina cargada, al menos bastante menos.
    una_a_una, a_la_vez = (cliente.read_flow_run(run) for run in runs)
    assert una_a_una.total_run_time > 1.5 * a_la_vez.total_run_time


def test_con_un_solo_hilo_submit_vuelve_a_la_fila(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/tres_tareas.py")
    cambiar(
        programa,
        "@flow(log_prints=True)\ndef enviadas",
        "from prefect.task_runners import ThreadPoolTaskRunner\n"
        "@flow(log_prints=True, task_runner=ThreadPoolTaskRunner(max_workers=1))\n"
        "def enviadas",
    )

    salida = terminal.ejecutar("python tres_tareas.py").salida

    _, enviadas = (task_runs(cliente, run, 3) for run in identificadores(salida))
    assert van_en_fila(enviadas)


def test_gather_va_en_paralelo_y_un_await_tras_otro_en_fila(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/con_gather.py")

    salida = terminal.ejecutar("python con_gather.py").salida

    tareas = task_runs(cliente, identificadores(salida)[0], 6)
    assert van_en_fila(tareas[:3])
    assert coinciden_en_el_tiempo(tareas[3:])


def test_los_futures_son_dependencias_y_llegan_resueltos(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/pipeline_dependencias.py")

    salida = terminal.ejecutar("python pipeline_dependencias.py").salida

    tareas = {
        t.name.rpartition("-")[0]: t
        for t in task_runs(cliente, identificadores(salida)[0], 5)
    }
    combinar = tareas["combinar"]
    for nombre in ("usuarios", "productos", "ventas"):
        extraer = tareas[f"extraer_{nombre}"]
        assert [e.id for e in combinar.task_inputs[nombre]] == [extraer.id]
        assert extraer.end_time <= combinar.start_time
    assert combinar.end_time <= tareas["cargar"].start_time
    resumen = pd.read_parquet(
        terminal.raiz / "data" / "output" / "margen_por_ciudad.parquet"
    )
    assert resumen["ciudad"].is_unique
    assert resumen["margen"].notna().all()


def test_si_falla_una_extraccion_lo_que_depende_de_ella_no_empieza(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/pipeline_dependencias.py")
    cambiar(programa, '"usuarios.csv"', '"usuarioz.csv"')

    ejecucion = terminal.ejecutar("python pipeline_dependencias.py")

    assert ejecucion.codigo != 0
    estados = {
        t.name.rpartition("-")[0]: t.state.name
        for t in task_runs(cliente, identificadores(ejecucion.salida)[0], 5)
    }
    assert estados == {
        "extraer_usuarios": "Failed",
        "extraer_productos": "Completed",
        "extraer_ventas": "Completed",
        "combinar": "NotReady",
        "cargar": "NotReady",
    }


def test_wait_for_es_lo_que_ordena(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/esperar.py")
    cambiar(programa, ", wait_for=[limpieza]", "")

    salida = terminal.ejecutar("python esperar.py").salida

    assert salida.index("3 ventas cargadas") < salida.index("Destino limpio")


@pytest.mark.parametrize(
    ("programa", "estado_del_flow"),
    [("fallo_silencioso", "Completed"), ("fallo_visible", "Failed")],
)
def test_el_flow_solo_ve_el_fallo_de_lo_que_devuelve(
    terminal: Terminal, cliente: SyncPrefectClient, programa: str, estado_del_flow: str
) -> None:
    terminal.guardar(f"{PAGINA}/{programa}.py")

    salida = terminal.ejecutar(f"python {programa}.py").salida

    (run,) = identificadores(salida)
    (cargar,) = task_runs(cliente, run, 1)
    assert cargar.state.is_failed()
    assert cliente.read_flow_run(run).state.name == estado_del_flow


def test_lo_enviado_que_no_ha_empezado_al_acabar_el_flow_no_se_ejecuta(
    terminal: Terminal,
) -> None:
    """Con un solo hilo, la segunda carga no puede empezar hasta que acabe la primera."""
    programa = terminal.guardar(f"{PAGINA}/fallo_silencioso.py")
    cambiar(
        programa, 'raise ConnectionError("el almacén no responde")', "time.sleep(1)"
    )
    cambiar(programa, "    cargar.submit()\n", "    cargar.submit()\n" * 2)
    cambiar(
        programa,
        "@flow(log_prints=True)",
        "from prefect.task_runners import ThreadPoolTaskRunner\n"
        "@flow(log_prints=True, task_runner=ThreadPoolTaskRunner(max_workers=1))",
    )

    salida = terminal.ejecutar(f"python {programa.name}").salida

    assert salida.count("Task run 'cargar' - Finished in state Completed()") == 1
    assert "Estado del flow: COMPLETED" in salida


def test_result_tambien_hace_visible_el_fallo(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/fallo_visible.py")
    cambiar(programa, "return carga\n", "carga.result()\n")

    assert (
        "Estado del flow: FAILED" in terminal.ejecutar(f"python {programa.name}").salida
    )


def test_los_hilos_no_aceleran_el_calculo_en_python_puro(terminal: Terminal) -> None:
    """Con hilos, el reloj corre al menos lo que suman los tiempos de procesador."""
    (terminal.carpeta / "calculo.py").write_text(
        """
import time
from prefect import flow, task

@task
def calcular() -> float:
    inicio = time.thread_time()
    sum(n * n for n in range(3_000_000))
    return time.thread_time() - inicio

@flow
def comparar() -> None:
    inicio = time.perf_counter()
    futuros = [calcular.submit() for _ in range(3)]
    procesador = sum(futuro.result() for futuro in futuros)
    print("reloj/procesador:", (time.perf_counter() - inicio) / procesador)

comparar()
""",
        "utf-8",
    )

    salida = terminal.ejecutar("python calculo.py").salida

    assert float(salida.partition("reloj/procesador: ")[2].split()[0]) > 0.95
