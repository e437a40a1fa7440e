"""Pide los mismos precios, cada uno cuando le toca."""

from prefect import flow, task
from prefect.concurrency.sync import rate_limit
from una_a_la_vez import PRODUCTOS, pedir


@task(task_run_name="pedir {producto}")
def pedir_uno(producto: str) -> float:
    """Una petición a la API."""
    return pedir(producto)


@flow(log_prints=True)
def precios_a_su_ritmo() -> None:
    """Envía cada petición cuando el límite le da la vez."""
    envios = []
    for producto in PRODUCTOS:
        rate_limit("ritmo-de-precios", strict=True)
        envios.append(pedir_uno.submit(producto))
    print(f"Precios: {[envio.result() for envio in envios]}")


if __name__ == "__main__":
    precios_a_su_ritmo()
