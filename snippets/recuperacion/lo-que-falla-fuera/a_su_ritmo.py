"""Pide los mismos precios, cada uno cuando le toca."""

from prefect import flow, task
from prefect.concurrency.sync import rate_limit
from prefect.futures import PrefectFuture
from una_a_la_vez import PRODUCTOS, pedir


@task(task_run_name="pedir {producto}")
def pedir_uno(producto: str) -> float:
    """Una petición a la API."""
    return pedir(producto)


def enviar(producto: str) -> PrefectFuture[float]:
    """Espera a que el límite le dé la vez, y envía la petición."""
    rate_limit("ritmo-de-precios", strict=True)
    return pedir_uno.submit(producto)


@flow(log_prints=True)
def precios_a_su_ritmo() -> None:
    """Pide cada precio cuando le toca, y espera a que estén todos."""
    envios = [enviar(producto) for producto in PRODUCTOS]
    print(f"Precios: {[envio.result() for envio in envios]}")


if __name__ == "__main__":
    precios_a_su_ritmo()
