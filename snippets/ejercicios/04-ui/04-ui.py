"""Ejercicio 4: pregunta a la API lo mismo que muestra la interfaz."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES
from prefect.client.schemas.sorting import FlowRunSort

TERMINADAS = FlowRunFilter(
    state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(TERMINAL_STATES)))
)


def main() -> None:
    """Imprime el flow, el estado y la duración de las tres últimas terminadas."""
    with get_client(sync_client=True) as cliente:
        ultimas = cliente.read_flow_runs(
            flow_run_filter=TERMINADAS, sort=FlowRunSort.END_TIME_DESC, limit=3
        )
        for run in ultimas:
            flow = cliente.read_flow(run.flow_id)
            segundos = run.total_run_time.total_seconds()
            print(f"{flow.name}: {run.state_name} en {segundos:.1f} s")


if __name__ == "__main__":
    main()
