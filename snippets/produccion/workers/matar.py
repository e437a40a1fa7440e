"""Mata sin aviso, como un corte de luz, una ejecución en marcha, su worker o los dos."""

import sys

import psutil
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterName,
    FlowRunFilterState,
    FlowRunFilterStateName,
)


def procesos(nombre: str) -> tuple[psutil.Process, psutil.Process]:
    """El proceso de una ejecución y el del worker que lo lanzó, en este mismo equipo."""
    en_marcha = FlowRunFilter(
        name=FlowRunFilterName(any_=[nombre]),
        state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Running"])),
    )
    with get_client(sync_client=True) as cliente:
        (run,) = cliente.read_flow_runs(flow_run_filter=en_marcha)
    ejecucion = psutil.Process(int(run.infrastructure_pid))
    return ejecucion, ejecucion.parent()


if __name__ == "__main__":
    que, nombre = sys.argv[1:]
    ejecucion, worker = procesos(nombre)
    victimas = {
        "ejecucion": [ejecucion],
        "worker": [worker],
        "todo": [worker, ejecucion],
    }
    for proceso in victimas[que]:
        proceso.kill()
