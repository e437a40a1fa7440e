"""Enseña el log de la última ejecución tal como lo guarda el servidor."""

import logging

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.sorting import FlowRunSort

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        (ultima,) = cliente.read_flow_runs(limit=1, sort=FlowRunSort.START_TIME_DESC)
        filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[ultima.id]))
        for linea in cliente.read_logs(filtro):
            nivel = logging.getLevelName(linea.level)
            print(f"{linea.name} · {nivel} · {linea.message}")
