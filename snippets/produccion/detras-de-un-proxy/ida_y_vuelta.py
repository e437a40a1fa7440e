"""Emite un evento y espera a que vuelva por una conexión abierta; no hacen falta ventas."""

import asyncio

from prefect.events import emit_event
from prefect.events.clients import get_events_subscriber

EVENTO = "tienda.cierre"
LIMITE_S = 30


async def esperar_el_suyo() -> str:
    """Se suscribe antes de emitir, para no perderlo."""
    async with get_events_subscriber() as llegan:
        emitido = emit_event(EVENTO, resource={"prefect.resource.id": "caja.puebla"})
        async for evento in llegan:
            if emitido and evento.id == emitido.id:
                return evento.event
    raise SystemExit("No ha llegado.")


if __name__ == "__main__":
    print("Ha vuelto:", asyncio.run(asyncio.wait_for(esperar_el_suyo(), LIMITE_S)))
