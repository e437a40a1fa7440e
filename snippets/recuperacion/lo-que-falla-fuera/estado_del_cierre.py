"""Lo que se hizo en el cierre, y lo que el servidor sabe de él."""

import time

from caida import responde
from interruptor import APAGADO
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.sorting import FlowRunSort

CIERRES = FlowFilter(name=FlowFilterName(any_=["cierre-con-caida"]))

if __name__ == "__main__":
    for archivo in sorted(APAGADO.parent.glob("cierre de *.txt")):
        print(f"En el disco, {archivo.stem}: {archivo.read_text()}")
    while not responde():
        time.sleep(0.05)
    with get_client(sync_client=True) as cliente:
        ultimo, *_ = cliente.read_flow_runs(
            flow_filter=CIERRES, sort=FlowRunSort.START_TIME_DESC
        )
    print(f"Para el servidor, el cierre está en {ultimo.state_name}")
