"""Una task asíncrona sí se detiene: en el `await` en el que esté."""

import asyncio

from prefect import flow, task


@task(log_prints=True)
async def pedir_al_proveedor() -> None:
    """Hace un pedido; la respuesta tarda tres segundos. No lee ningún dato."""
    print("Mando el pedido")
    await asyncio.sleep(3)
    print("Pedido hecho y cobrado")


@flow(timeout_seconds=2)
async def pedido_asincrono() -> None:
    """Hace el pedido y espera la respuesta."""
    await pedir_al_proveedor()


if __name__ == "__main__":
    asyncio.run(pedido_asincrono(return_state=True))
