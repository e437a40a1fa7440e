"""Qué pasa en un grupo de Dask: docs/escala/dask.md, con su scheduler y sus workers."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from inspect import signature
from types import SimpleNamespace

import dask
import pytest
from consultas import en_marcha, task_runs
from distributed import Client
from distributed.deploy.local import LocalCluster
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterTaskRunId
from prefect.client.schemas.objects import FlowRun

from motor.espera import esperar
from motor.puertos import puerto_libre
from motor.rutas import SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

LIMITE_S = 60
PAGINA = "escala/dask"
# Las tasks no acaban hasta que la prueba quiere: entre tanto, muere quien hace la primera.
PREGUNTAS = """
import os
import sys
import time
from pathlib import Path

from prefect import flow, task
from prefect_dask import DaskTaskRunner

AQUI = Path(__file__).parent
sys.path.insert(0, str(AQUI / "mios"))
import propio


@task(task_run_name="{mes}", log_prints=True)
def hacer_mes(mes):
    print(f"hago {mes}")
    with (AQUI / f"{mes}.txt").open("a") as apuntes:
        apuntes.write(f"{os.getpid()}\\n")
    while not (AQUI / "seguid").exists():
        time.sleep(0.05)


@task
def pedir_paquete():
    import paquete_que_falta


@flow
def con_un_muerto():
    hacer_mes.map(["enero", "febrero", "marzo"]).result()


@flow
def sin_paquete():
    pedir_paquete.submit().result()


@flow
def con_modulo_propio():
    propio.de_un_modulo.submit().result()


if __name__ == "__main__":
    red = DaskTaskRunner(address=sys.argv[1])
    for cada in (sin_paquete, con_modulo_propio, con_un_muerto):
        cada.with_options(task_runner=red)(return_state=True)
"""
PROPIO = """
from prefect import task


@task
def de_un_modulo():
    return 1
"""


@pytest.fixture(scope="module")
def preguntado(pytestconfig: pytest.Config, puerto: int) -> Iterator[SimpleNamespace]:
    """Un grupo con dos workers, al que se le mata uno a mitad de su task."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    (terminal.carpeta / "preguntas.py").write_text(PREGUNTAS, "utf-8")
    (terminal.carpeta / "mios").mkdir()
    (terminal.carpeta / "mios" / "propio.py").write_text(PROPIO, "utf-8")
    direccion = f"tcp://127.0.0.1:{puerto_libre()}"
    panel = ["--dashboard-address", "127.0.0.1:0"]
    lanzar = ["python", "-m", "distributed.cli.dask_scheduler"]
    with ExitStack() as pila:
        pila.callback(terminal.cerrar)
        cliente = pila.enter_context(SyncPrefectClient(terminal.api))
        orden = [*lanzar, "--host", direccion, *panel]
        pila.enter_context(en_marcha(terminal, orden, "Scheduler at:"))
        worker = ["python", "-m", "distributed.cli.dask_worker", direccion]
        workers = [
            pila.enter_context(
                en_marcha(
                    terminal,
                    [*worker, "--nthreads", "1", "--no-nanny"],
                    "Registered to:",
                )
            )
            for _ in range(2)
        ]
        with Client(direccion, set_as_default=False) as ajeno:
            permitido = ajeno.submit(os.getpid).result(LIMITE_S)
            procesos = set(ajeno.run(os.getpid).values())
        flow = subprocess.Popen(
            [terminal.programas / "python", "preguntas.py", direccion],
            cwd=terminal.carpeta,
            env=terminal.entorno,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        pila.callback(flow.kill)
        apuntes = terminal.carpeta / "enero.txt"
        assert esperar(lambda: apuntes.exists() and apuntes.read_text(), LIMITE_S)
        # Un estado llega al servidor un poco después: si se mata antes, no llega nunca.
        assert esperar(lambda: va(cliente, "enero"), LIMITE_S)
        primero = int(apuntes.read_text())
        os.kill(primero, 9)
        (terminal.carpeta / "seguid").touch()
        salida, _ = flow.communicate(timeout=LIMITE_S)
        dichos = {}
        for proceso in workers:
            proceso.send_signal(2)
            dichos[proceso.pid] = proceso.communicate(timeout=LIMITE_S)[0].decode()
        yield SimpleNamespace(
            cliente=cliente,
            salida=salida,
            workers="\n".join(dichos.values()),
            enero=[int(linea) for linea in apuntes.read_text().split()],
            procesos=procesos,
            permitido=permitido,
        )


def va(cliente: SyncPrefectClient, tarea: str) -> bool:
    """Si el servidor sabe ya que ha empezado una task."""
    return any(
        t.name == tarea and t.state and t.state.name == "Running"
        for t in cliente.read_task_runs()
    )


def run_de(cliente: SyncPrefectClient, flow: str) -> FlowRun:
    """La ejecución de un flow, por su nombre."""
    flows = {uno.id: uno.name for uno in cliente.read_flows()}
    (run,) = [r for r in cliente.read_flow_runs() if flows[r.flow_id] == flow]
    return run


def test_si_muere_un_worker_otro_empieza_su_task_de_nuevo(
    preguntado: SimpleNamespace,
) -> None:
    """El mismo task run, en otro proceso; y el flow no se entera."""
    primero, segundo = preguntado.enero
    assert {primero, segundo} == preguntado.procesos
    run = run_de(preguntado.cliente, "con-un-muerto")
    assert run.state.name == "Completed"
    (enero,) = [
        t for t in task_runs(preguntado.cliente, run.id, 3) if t.name == "enero"
    ]
    estados = preguntado.cliente.read_task_run_states(enero.id)
    nombres = [e.name for e in sorted(estados, key=lambda e: e.timestamp)]
    assert nombres.count("Running") == 2
    assert nombres[-1] == "Completed"


def test_lo_que_no_esta_en_el_worker_falla(preguntado: SimpleNamespace) -> None:
    run = run_de(preguntado.cliente, "sin-paquete")
    assert run.state.name == "Failed"
    (pedida,) = task_runs(preguntado.cliente, run.id, 1)
    assert pedida.state.name == "Failed"
    assert "ModuleNotFoundError" in pedida.state.message


def test_un_modulo_tuyo_no_viaja(preguntado: SimpleNamespace) -> None:
    """Las funciones del programa sí: `hacer_mes` se ejecuta en los workers."""
    run = run_de(preguntado.cliente, "con-modulo-propio")
    assert "Error during deserialization of the task graph" in run.state.message
    assert "ModuleNotFoundError: No module named 'propio'" in preguntado.salida


def test_los_logs_de_la_task_estan_en_el_worker_y_en_el_servidor(
    preguntado: SimpleNamespace,
) -> None:
    assert "hago marzo" in preguntado.workers
    assert "hago marzo" not in preguntado.salida
    run = run_de(preguntado.cliente, "con-un-muerto")
    suyas = [t.id for t in task_runs(preguntado.cliente, run.id, 3)]
    filtro = LogFilter(task_run_id=LogFilterTaskRunId(any_=suyas))
    assert esperar(
        lambda: (
            "hago marzo"
            in {log.message for log in preguntado.cliente.read_logs(filtro)}
        ),
        LIMITE_S,
    )


def test_quien_llega_al_scheduler_ejecuta_lo_que_quiera(
    preguntado: SimpleNamespace,
) -> None:
    assert preguntado.permitido in preguntado.procesos


SIN_SCHEDULER = """
import sys
from prefect import flow, task
from prefect_dask import DaskTaskRunner

@task
def nada():
    pass

@flow(task_runner=DaskTaskRunner(address=sys.argv[1]))
def sin_nadie():
    nada.submit().result()

if __name__ == "__main__":
    sin_nadie()
"""


def test_sin_scheduler_el_flow_falla_al_cabo_de_un_rato(terminal: Terminal) -> None:
    assert dask.config.get("distributed.comm.timeouts.connect") == "30s"
    (terminal.carpeta / "sin_nadie.py").write_text(SIN_SCHEDULER, "utf-8")
    ejecucion = terminal.ejecutar(
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT=1s "
        f"python sin_nadie.py tcp://127.0.0.1:{puerto_libre()}"
    )
    assert ejecucion.codigo
    assert "OSError: Timed out trying to connect to tcp://" in ejecucion.salida


def test_el_panel_de_dask_usa_un_puerto_fijo_si_no_se_le_da_otro() -> None:
    assert signature(LocalCluster).parameters["dashboard_address"].default == ":8787"


@pytest.mark.parametrize("programa", ["informe_dask", "informe_en_red"])
def test_con_dask_el_total_es_el_mismo(programa: str) -> None:
    """Lo que enseñan las páginas, que se acaba de comparar con lo que imprime cada programa."""
    dicho, esperado = (
        re.findall(
            r"^.+: [\d.]+ MXN$",
            (SNIPPETS / "escala" / nombre).read_text("utf-8"),
            re.MULTILINE,
        )
        for nombre in (f"dask/{programa}.txt", "hilos-y-procesos/informe_directo.txt")
    )
    assert dicho == esperado
    assert len(dicho) == 4
