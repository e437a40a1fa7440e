"""Enciende el servidor y le pregunta por el cierre que no vio acabar."""

import time

from caida import responde
from interruptor import APAGADO
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.sorting import FlowRunSort

CIERRES = FlowFilter(name=FlowFilterName(any_=["cierre-con-caida"]))

if __name__ == "__main__":
    APAGADO.unlink(missing_ok=True)
    while not responde():
        time.sleep(0.05)
    with get_client(sync_client=True) as cliente:
        cierre, *_ = cliente.read_flow_runs(
            flow_filter=CIERRES, sort=FlowRunSort.START_TIME_DESC
        )
        tasks = {t.name for t in cliente.read_task_runs(flow_filter=CIERRES)}
    print(f"Para el servidor, el cierre está en {cierre.state_name}")
    for archivo in sorted(APAGADO.parent.glob("cierre de *.txt")):
        print(f"En el disco, {archivo.stem}: {archivo.read_text()}")
    if "cerrar Monterrey" not in tasks:
        print("Al servidor, el de Monterrey no le consta")
