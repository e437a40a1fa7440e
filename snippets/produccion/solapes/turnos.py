"""Dibuja cuándo trabajó cada ejecución de los deployments de «cajas»."""

from datetime import datetime

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun

CAJAS = WorkPoolFilter(name=WorkPoolFilterName(any_=["cajas"]))
YA_VISTAS = FlowRunFilter(
    state=FlowRunFilterState(
        name=FlowRunFilterStateName(not_any_=["Scheduled", "Late"])
    )
)


def a_la_vez(hechas: list[FlowRun]) -> int:
    """Cuántas llegaron a coincidir."""
    comienzos = [run.start_time for run in hechas]
    return max(
        (
            sum(run.start_time <= cuando < run.end_time for run in hechas)
            for cuando in comienzos
        ),
        default=0,
    )


def linea(run: FlowRun, origen: datetime) -> str:
    """El estado de una ejecución y desde qué segundo hasta cuál trabajó."""
    desde = (run.start_time - origen).total_seconds()
    hasta = (run.end_time - origen).total_seconds()
    barra = "·" * round(desde) + "█" * round(hasta - desde)
    return f"   {run.state_name}, de {desde:.1f} s a {hasta:.1f} s  {barra}"


if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        cajas = cliente.read_deployments(work_pool_filter=CAJAS)
        vistas = cliente.read_flow_runs(
            work_pool_filter=CAJAS, flow_run_filter=YA_VISTAS
        )
    acabadas = [run for run in vistas if run.run_count and run.end_time]
    if not acabadas:
        raise SystemExit("Aún no ha acabado ninguna: lanza antes el worker")
    origen = min(run.start_time for run in acabadas)
    for caja in cajas:
        suyas = [run for run in vistas if run.deployment_id == caja.id]
        hechas = [run for run in suyas if run in acabadas]
        print(f"{caja.name}: {a_la_vez(hechas)} a la vez")
        for run in sorted(hechas, key=lambda run: run.start_time):
            print(linea(run, origen))
        for run in suyas:
            if run not in hechas:
                print(f"   {run.state_name}")
