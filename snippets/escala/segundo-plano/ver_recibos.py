"""Cómo va cada recibo pedido, cuando lleguen a los estados que digas: venta=estado."""

import json
import sys
import time
from operator import attrgetter

from pedir_recibos import PEDIDOS
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State

PACIENCIA_S = 60


def historias() -> dict[str, list[State]]:
    """Los estados por los que ha pasado cada pedido, en orden."""
    pedidos = json.loads(PEDIDOS.read_text("utf-8"))
    with get_client(sync_client=True) as cliente:
        return {
            venta: sorted(
                cliente.read_task_run_states(pedido), key=attrgetter("timestamp")
            )
            for venta, pedido in pedidos.items()
        }


def esperar(pedidos: list[str]) -> dict[str, list[State]]:
    """Las historias, cuando cada pedido esté como se espera o se acabe la paciencia."""
    limite = time.monotonic() + PACIENCIA_S
    while True:
        hasta_hoy = historias()
        van = {f"{venta}={suyos[-1].name}" for venta, suyos in hasta_hoy.items()}
        if van >= {*pedidos} or time.monotonic() > limite:
            return hasta_hoy
        time.sleep(0.2)


if __name__ == "__main__":
    for venta, suyos in esperar(sys.argv[1:]).items():
        print(f"{venta}: " + " → ".join(estado.name for estado in suyos))
        if suyos[-1].is_completed():
            print(f"   {suyos[-1].result()}")
