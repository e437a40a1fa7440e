"""Cancela los arqueos a medias, que no se van al borrar su deployment."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.states import Cancelled

ARQUEO = FlowFilter.model_validate({"name": {"any_": ["arqueo-de-caja"]}})
A_MEDIAS = FlowRunFilter.model_validate(
    {"state": {"name": {"any_": ["Running", "AwaitingConcurrencySlot"]}}}
)

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        for run in cliente.read_flow_runs(flow_filter=ARQUEO, flow_run_filter=A_MEDIAS):
            cliente.set_flow_run_state(run.id, Cancelled(), force=True)
