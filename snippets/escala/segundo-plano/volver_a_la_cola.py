"""Devuelve a la cola los pedidos sin terminar. Solo cuando sepas que nadie los hace."""

import json
from operator import attrgetter

from pedir_recibos import PEDIDOS
from prefect.client.orchestration import get_client
from prefect.states import Scheduled

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        for venta, pedido in json.loads(PEDIDOS.read_text("utf-8")).items():
            run = cliente.read_task_run(pedido)
            if run.state.is_final():
                continue
            estados = cliente.read_task_run_states(run.id)
            primero = min(estados, key=attrgetter("timestamp"))
            # Los detalles dicen dónde están los argumentos y que la hará otro proceso.
            otra_vez = Scheduled(state_details=primero.state_details)
            cliente.set_task_run_state(run.id, otra_vez)
            print(f"A la cola otra vez: {venta}")
