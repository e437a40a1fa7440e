"""Pregunta al servidor lo mismo que la interfaz: ejecuciones y logs."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterStartTime,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.sorting import FlowRunSort, LogSort

YA_EMPEZADAS = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))


def mostrar(cuantas: int = 5) -> None:
    """Imprime las últimas ejecuciones, la más reciente primero, con sus logs."""
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


if __name__ == "__main__":
    mostrar()
