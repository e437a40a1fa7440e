"""Pasa a `Crashed` las ejecuciones de un flow que siguen en `Running` sin nadie que las haga."""

import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.states import Crashed
from prefect.utilities.urls import url_for

EN_MARCHA = FlowRunFilter(
    state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Running"]))
)

if __name__ == "__main__":
    del_flow = FlowFilter(name=FlowFilterName(any_=[sys.argv[1]]))
    with get_client(sync_client=True) as cliente:
        for run in cliente.read_flow_runs(
            flow_filter=del_flow, flow_run_filter=EN_MARCHA
        ):
            muerta = Crashed(message="Se apagó la máquina")
            respuesta = cliente.set_flow_run_state(run.id, muerta)
            print(f"{run.state_name} → {respuesta.state.name}: {url_for(run)}")
