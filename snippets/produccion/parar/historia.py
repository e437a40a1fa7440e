"""Espera a que la última ejecución de un flow llegue a un estado y cuenta su historia."""

import sys
import time

from identificar import ultima
from prefect.client.orchestration import get_client

PACIENCIA_S = 60


def historia(flow: str, estado: str) -> str:
    """Los estados por los que ha pasado desde que empezó, en orden."""
    limite = time.monotonic() + PACIENCIA_S
    with get_client(sync_client=True) as cliente:
        run = ultima(cliente, flow)
        while run.state_name != estado and time.monotonic() < limite:
            time.sleep(0.2)
            run = cliente.read_flow_run(run.id)
        estados = cliente.read_flow_run_states(run.id)
    estados.sort(key=lambda uno: uno.timestamp)
    nombres = [uno.name for uno in estados]
    return " → ".join(nombres[nombres.index("Running") :])


if __name__ == "__main__":
    print(historia(*sys.argv[1:]))
