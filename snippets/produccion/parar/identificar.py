"""Imprime el identificador de la última ejecución de un flow."""

import sys

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterStartTime,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

YA_EMPEZADAS = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))


def ultima(cliente: SyncPrefectClient, flow: str) -> FlowRun:
    """La última ejecución que ha empezado."""
    runs = cliente.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])),
        flow_run_filter=YA_EMPEZADAS,
        sort=FlowRunSort.START_TIME_DESC,
        limit=1,
    )
    if not runs:
        sys.exit(f"No hay ninguna ejecución de «{flow}»: mira su nombre en la interfaz")
    return runs[0]


if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        print(ultima(cliente, sys.argv[1]).id)
