"""Pide tres precios en una task que no puede coincidir con otra."""

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from prefect import flow, task

DIRECCION = Path(__file__).resolve().parents[3] / "data" / "output" / "api.txt"
PRODUCTOS = ["cafetera", "licuadora", "tostador"]


def pedir(producto: str) -> float:
    """El precio de un producto.

    Raises:
        ConnectionError: si la API dice que vamos demasiado deprisa.
    """
    try:
        with urlopen(f"{DIRECCION.read_text()}/{producto}") as respuesta:
            return float(respuesta.read())
    except HTTPError as error:
        espera = error.headers["Retry-After"]
        raise ConnectionError(f"{producto}: {error.code}, espera {espera} s") from None


@task(tags=["api-de-precios"])
def pedir_todos() -> list[float]:
    """Las tres peticiones seguidas."""
    return [pedir(producto) for producto in PRODUCTOS]


@flow(log_prints=True)
def precios_una_a_la_vez() -> None:
    """Pide todos los precios."""
    print(f"Precios: {pedir_todos()}")


if __name__ == "__main__":
    precios_una_a_la_vez()
