"""Ejercicio 6: preguntar a una API que falla a ratos."""

from collections import Counter
import time

from prefect import flow, task

TIENDAS = ["Puebla", "Mérida"]
VENTAS = {"Puebla": 276}
LLAMADAS: Counter[str] = Counter()


def preguntar(tienda: str) -> int:
    """Hace de API: de cada tienda, solo contesta a la tercera llamada. No la cambies."""
    if tienda not in VENTAS:
        raise ValueError(f"no hay ninguna tienda en {tienda}")
    LLAMADAS[tienda] += 1
    if LLAMADAS[tienda] < 3:
        raise ConnectionError("API caída")
    return VENTAS[tienda]


@task
def pedir(tienda: str) -> int:
    """Pide las ventas de una tienda; si la API falla, insiste."""
    while True:
        try:
            return preguntar(tienda)
        except ConnectionError:
            time.sleep(0.2)


@flow(log_prints=True)
def ventas_por_tienda() -> None:
    """Pregunta por las ventas de cada tienda."""
    for tienda in TIENDAS:
        print(f"{tienda}: {pedir(tienda)} ventas")


if __name__ == "__main__":
    ventas_por_tienda(return_state=True)
