"""Dos cierres de caja y, entre uno y otro, el servidor se cae."""

import time

import httpx
from interruptor import APAGADO
from prefect import flow, task
from prefect.settings import PREFECT_API_URL


def responde() -> bool:
    """Si hay un servidor donde dice PREFECT_API_URL."""
    try:
        return httpx.get(f"{PREFECT_API_URL.value()}/health").is_success
    except httpx.HTTPError:
        return False


@task(log_prints=True, task_run_name="cerrar {tienda}")
def cerrar_sin_servidor(tienda: str) -> None:
    """El trabajo, que al servidor no le pide nada."""
    APAGADO.with_name(f"cierre de {tienda}.txt").write_text("cerrada")
    print(f"Cerrada la caja de {tienda}")


@flow
def cierre_con_caida() -> None:
    """Apaga el servidor a mitad, para que caiga siempre en el mismo sitio."""
    cerrar_sin_servidor("Puebla")
    APAGADO.touch()
    while responde():
        time.sleep(0.05)
    cerrar_sin_servidor("Monterrey")


if __name__ == "__main__":
    try:
        cierre_con_caida()
    finally:
        APAGADO.unlink(missing_ok=True)  # el servidor vuelve, pero tarde
