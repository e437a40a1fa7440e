"""Enseña el log de la última ejecución tal como lo guarda el servidor."""

import logging

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterStartTime,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.sorting import FlowRunSort

YA_EMPEZADAS = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        (ultima,) = cliente.read_flow_runs(
            flow_run_filter=YA_EMPEZADAS, sort=FlowRunSort.START_TIME_DESC, limit=1
        )
        filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[ultima.id]))
        for linea in cliente.read_logs(filtro):
            nivel = logging.getLevelName(linea.level)
            print(f"{linea.name} · {nivel} · {linea.message}")
