"""El límite hace fallar al flow, pero no detiene lo que está en otro hilo."""

import time

from prefect import flow, task


@task(log_prints=True)
def pedir_al_proveedor() -> None:
    """Hace un pedido; la respuesta tarda tres segundos. No lee ningún dato."""
    print("Mando el pedido")
    time.sleep(3)
    print("Pedido hecho y cobrado")


@flow(timeout_seconds=2)
def pedido_con_limite() -> None:
    """Hace el pedido en otro hilo."""
    pedir_al_proveedor.submit().result()


if __name__ == "__main__":
    pedido_con_limite(return_state=True)
