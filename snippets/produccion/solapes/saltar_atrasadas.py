"""De lo que un deployment tiene atrasado, deja lo último y cancela lo demás."""

import sys
from datetime import UTC, datetime

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled


def saltar(nombre: str) -> None:
    """Cancela lo que debería haber empezado ya, salvo lo último."""
    por_empezar = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
    ahora = FlowRunFilterExpectedStartTime(before_=datetime.now(UTC))
    with get_client(sync_client=True) as cliente:
        deployment = cliente.read_deployment_by_name(nombre)
        suyas = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
        atrasadas = cliente.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=por_empezar), expected_start_time=ahora
            ),
            deployment_filter=suyas,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        )
        for vieja in atrasadas[:-1]:
            cliente.set_flow_run_state(vieja.id, Cancelled(message="Ya no hace falta"))
        print(
            f"{nombre}, atrasadas: {len(atrasadas)}, canceladas: {len(atrasadas[:-1])}"
        )


if __name__ == "__main__":
    saltar(sys.argv[1])
