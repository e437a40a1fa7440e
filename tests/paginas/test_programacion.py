"""Los horarios de docs/tutorial/programacion.md, leídos en el servidor y cumplidos."""

import time
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from consultas import cambiar
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from verificador.terminal import Terminal

CARPETA = "tutorial/programacion"
LIMITE_S = 30


def ejecuciones(
    cliente: SyncPrefectClient, deployment: str, cuantas: int
) -> list[FlowRun]:
    """Espera a que el servidor apunte ejecuciones de un deployment; las primeras."""
    filtro = DeploymentFilter(name=DeploymentFilterName(any_=[deployment]))
    limite = time.monotonic() + LIMITE_S
    while True:
        apuntadas = cliente.read_flow_runs(
            deployment_filter=filtro,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=cuantas,
        )
        if len(apuntadas) == cuantas:
            return apuntadas
        if time.monotonic() > limite:
            raise TimeoutError(f"{deployment}: sólo hay {len(apuntadas)} ejecuciones")
        time.sleep(0.1)


def test_la_ejecucion_que_termina_la_creo_el_horario(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{CARPETA}/pipelines_ventas.py")
    servir = terminal.guardar(f"{CARPETA}/servir.py")
    cambiar(servir, "interval=10", "interval=5")
    cambiar(servir, "cada-diez-segundos", "prueba-de-intervalo")
    terminal.servir(
        "export PREFECT_RUNNER_POLL_FREQUENCY=1\npython servir.py",
        "Finished in state Completed()",
    )
    apuntadas = ejecuciones(cliente, "prueba-de-intervalo", 3)
    assert any(run.state.is_completed() for run in apuntadas)
    assert all(run.auto_scheduled for run in apuntadas)
    assert all(run.created_by.type == "SCHEDULE" for run in apuntadas)
    horas = [run.expected_start_time for run in apuntadas]
    assert [b - a for a, b in pairwise(horas)] == [timedelta(seconds=5)] * 2

    terminal.cerrar()
    nombre = "pipeline-horario/prueba-de-intervalo"
    assert cliente.read_deployment_by_name(nombre).paused


def test_el_servidor_guarda_cron_zona_e_intervalo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{CARPETA}/pipelines_ventas.py")
    servir = terminal.guardar(f"{CARPETA}/servir_dos.py")
    cambiar(servir, '"medianoche"', '"prueba-de-cron"')
    cambiar(servir, '"cada-hora"', '"prueba-de-hora"')
    terminal.servir("python servir_dos.py", "You can also trigger your deployments")

    (cron,) = cliente.read_deployment_by_name(
        "pipeline-diario/prueba-de-cron"
    ).schedules
    assert cron.schedule.cron == "0 0 * * *"
    assert cron.schedule.timezone == "America/Mexico_City"
    (hora,) = cliente.read_deployment_by_name(
        "pipeline-horario/prueba-de-hora"
    ).schedules
    assert hora.schedule.interval == timedelta(hours=1)

    for run in ejecuciones(cliente, "prueba-de-cron", 3):
        local = run.expected_start_time.astimezone(ZoneInfo("America/Mexico_City"))
        assert (local.hour, local.minute) == (0, 0)
