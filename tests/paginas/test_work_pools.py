"""Quien guarda el horario y quien ejecuta: docs/tutorial/work-pools.md, con workers de verdad."""

import subprocess
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import httpx
from consultas import LIMITE_DE_HORARIO_S, en_marcha, esperar_estado
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.states import Completed

from motor.espera import esperar
from verificador.terminal import Terminal

FLOWS = "tutorial/programacion/pipelines_ventas.py"
DIARIO = "pipeline-diario/diario"
POOL = "prefect work-pool create locales --type process --overwrite\n"
DEPLOY = (
    "prefect deploy pipelines_ventas.py:pipeline_diario --name diario --pool locales"
    ' --cron "0 0 * * *" --timezone America/Mexico_City --no-prompt\n'
)


def worker(
    terminal: Terminal, pool: str = "locales"
) -> AbstractContextManager[subprocess.Popen]:
    """Un worker que ejecuta de una en una y pregunta cada segundo; al salir, se detiene."""
    orden = ["prefect", "worker", "start", "--pool", pool, "--limit", "1"]
    return en_marcha(terminal, orden, "started!", PREFECT_WORKER_QUERY_SECONDS="1")


def test_hay_work_pools_de_procesos_de_docker_y_de_kubernetes(
    terminal: Terminal,
) -> None:
    vista = f"{terminal.api}/collections/views/aggregate-worker-metadata"
    colecciones = httpx.get(vista).json()

    tipos = {tipo for coleccion in colecciones.values() for tipo in coleccion}
    assert tipos >= {"process", "docker", "kubernetes"}


def test_deploy_funciona_sin_prefect_yaml(terminal: Terminal) -> None:
    terminal.guardar(FLOWS)

    ejecucion = terminal.ejecutar(POOL + DEPLOY)

    assert ejecucion.codigo == 0
    assert "'prefect.yaml'. Skipping." in ejecucion.salida
    _, _, tras_el_aviso = ejecucion.salida.partition("Skipping.")
    assert "Deployment 'pipeline-diario/diario' successfully created" in tras_el_aviso
    assert "?" not in tras_el_aviso  # nada preguntó


def test_lo_que_nadie_recoge_se_marca_late_y_el_worker_lo_ejecuta_despues(
    con_prisa: tuple[Terminal, SyncPrefectClient],
) -> None:
    terminal, cliente = con_prisa
    terminal.guardar(FLOWS)
    pedir = "prefect deployment run pipeline-diario/diario"
    terminal.ejecutar(POOL + DEPLOY + pedir)

    tarde = esperar_estado(cliente, "diario", "Late")
    terminal.servir("prefect worker start --pool locales", "Finished in state")

    assert esperar_estado(cliente, "diario", "Completed", tarde) == tarde


def test_pausar_un_horario_no_lo_borra(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(FLOWS)
    terminal.ejecutar(POOL + DEPLOY)
    deployment = cliente.read_deployment_by_name(DIARIO)
    (horario,) = deployment.schedules

    cliente.update_deployment_schedule(deployment.id, horario.id, active=False)

    (pausado,) = cliente.read_deployment_by_name(DIARIO).schedules
    assert not pausado.active
    assert pausado.schedule == horario.schedule


def test_borrar_un_deployment_se_lleva_lo_que_esperaba_y_deja_el_historial(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(FLOWS)
    terminal.ejecutar(POOL + DEPLOY)
    deployment = cliente.read_deployment_by_name(DIARIO).id
    hecha = cliente.create_flow_run_from_deployment(deployment, state=Completed())
    pedida = cliente.create_flow_run_from_deployment(deployment)

    borrado = terminal.ejecutar(f"prefect deployment delete {DIARIO} --no-prompt")

    assert borrado.codigo == 0, borrado.salida
    quedan = {run.id for run in cliente.read_flow_runs()}
    assert hecha.id in quedan
    assert pedida.id not in quedan


def test_el_work_pool_esta_listo_cuando_lo_atiende_un_worker(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.ejecutar("prefect work-pool create sin-estrenar --type process")
    assert cliente.read_work_pool("sin-estrenar").status == "NOT_READY"

    def listo() -> bool:
        return cliente.read_work_pool("sin-estrenar").status == "READY"

    with worker(terminal, "sin-estrenar"):
        assert esperar(listo, LIMITE_DE_HORARIO_S)


def test_parar_el_worker_no_pausa_el_deployment(
    con_prisa: tuple[Terminal, SyncPrefectClient],
) -> None:
    terminal, cliente = con_prisa
    terminal.guardar(FLOWS)
    terminal.ejecutar(
        f"{POOL}prefect deploy pipelines_ventas.py:pipeline_horario --name seguido "
        "--pool locales --interval 10 --no-prompt"
    )
    with worker(terminal):
        esperar_estado(cliente, "seguido", "Completed")
    parado = datetime.now(UTC)

    deployment = cliente.read_deployment_by_name("pipeline-horario/seguido")
    assert not deployment.paused
    assert all(horario.active for horario in deployment.schedules)
    runs = cliente.read_flow_runs()
    posteriores = {run.name for run in runs if run.expected_start_time > parado}
    assert esperar_estado(cliente, "seguido", "Late", posteriores)


def test_arrancar_el_worker_no_cambia_el_horario(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(FLOWS)
    terminal.ejecutar(POOL + DEPLOY)
    deployment = cliente.read_deployment_by_name(DIARIO)
    (horario,) = deployment.schedules
    nuevo = IntervalSchedule(interval=timedelta(hours=1))
    cliente.update_deployment_schedule(deployment.id, horario.id, schedule=nuevo)
    terminal.ejecutar("prefect deployment run pipeline-diario/diario")

    with worker(terminal):
        esperar_estado(cliente, "diario", "Completed")
        (ahora,) = cliente.read_deployment_by_name(DIARIO).schedules

    assert ahora.schedule.interval == timedelta(hours=1)


def test_un_worker_en_marcha_ejecuta_un_deployment_nuevo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(FLOWS)
    terminal.ejecutar(POOL)
    otro = DEPLOY.replace("--name diario", "--name posterior")

    with worker(terminal) as proceso:
        terminal.ejecutar(f"{otro}prefect deployment run pipeline-diario/posterior")
        esperar_estado(cliente, "posterior", "Completed")
        assert proceso.poll() is None
