"""Pasa a `Crashed` una ejecución que sigue en `Running` y ya no tiene quien la ejecute."""

import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from prefect.states import Crashed

if __name__ == "__main__":
    con_ese_nombre = FlowRunFilter(name=FlowRunFilterName(any_=[sys.argv[1]]))
    with get_client(sync_client=True) as cliente:
        (run,) = cliente.read_flow_runs(flow_run_filter=con_ese_nombre)
        muerta = Crashed(message="Se apagó la máquina")
        respuesta = cliente.set_flow_run_state(run.id, muerta)
    print(f"{run.name}: {respuesta.status.value}, {respuesta.state.name}")
