"""Pregunta al servidor lo mismo que la interfaz: ejecuciones y logs."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort, LogSort

YA_EMPEZADAS = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))
FALLIDAS = FlowRunFilter(
    state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.FAILED]))
)


def mostrar(cuantas: int = 5) -> None:
    """Imprime las últimas ejecuciones, con sus logs, y cuántas han fallado."""
    with get_client(sync_client=True) as cliente:
        for run in cliente.read_flow_runs(
            flow_run_filter=YA_EMPEZADAS,
            sort=FlowRunSort.START_TIME_DESC,
            limit=cuantas,
        ):
            segundos = run.total_run_time.total_seconds()
            print(f"{run.name}: {run.state_name}, {segundos:.1f} s")
            logs = cliente.read_logs(
                LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])),
                sort=LogSort.TIMESTAMP_ASC,
            )
            for log in logs:
                primera_linea, *_ = log.message.split("\n")
                print(f"  {log.name}: {primera_linea}")
        fallidas = cliente.read_flow_runs(flow_run_filter=FALLIDAS)
        print(f"Fallidas: {len(fallidas)}")


if __name__ == "__main__":
    mostrar()
