"""Ejercicio 5: pregunta a la API lo mismo que enseña la UI."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import StateType

TERMINADOS = FlowRunFilter(
    state=FlowRunFilterState(
        type=FlowRunFilterStateType(any_=[StateType.COMPLETED, StateType.FAILED])
    )
)


def main() -> None:
    with get_client(sync_client=True) as cliente:
        ultimos = cliente.read_flow_runs(
            flow_run_filter=TERMINADOS, sort=FlowRunSort.END_TIME_DESC, limit=3
        )
        for run in ultimos:
            flow = cliente.read_flow(run.flow_id)
            segundos = run.total_run_time.total_seconds()
            inicio = f"{run.start_time:%d/%m a las %H:%M}"
            print(f"{flow.name}: {run.state_name} en {segundos:.1f} s, el {inicio}")


if __name__ == "__main__":
    main()
