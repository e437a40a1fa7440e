"""La aplicación de las tiendas: pide el recibo de cada venta, y no lo espera."""

import json
import sys
from pathlib import Path

from recibos import hacer_recibo

PEDIDOS = Path(__file__).with_name("pedidos.json")


def pedir(ventas: list[int]) -> None:
    """Apunta el identificador de cada pedido, para saber después cómo va."""
    pedidos = json.loads(PEDIDOS.read_text("utf-8")) if PEDIDOS.exists() else {}
    for venta in ventas:
        pedidos[venta] = str(hacer_recibo.delay(venta).task_run_id)
    PEDIDOS.write_text(json.dumps(pedidos), "utf-8")
    print(f"{len(ventas)} recibos pedidos")


if __name__ == "__main__":
    pedir([int(venta) for venta in sys.argv[1:]])
