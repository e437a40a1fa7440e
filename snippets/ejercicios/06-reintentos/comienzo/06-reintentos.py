"""Ejercicio 6: preguntar a una API que falla a ratos."""

from collections import Counter

from prefect import flow

TIENDAS = ["Puebla", "Mérida"]
VENTAS = {"Puebla": 276}
LLAMADAS: Counter[str] = Counter()


def preguntar(tienda: str) -> int:
    """Hace de API: con cada tienda falla dos veces y después contesta. No la cambies."""
    if tienda not in VENTAS:
        raise ValueError(f"no hay ninguna tienda en {tienda}")
    LLAMADAS[tienda] += 1
    if LLAMADAS[tienda] < 3:
        raise ConnectionError("API caída")
    return VENTAS[tienda]


@flow(log_prints=True)
def ventas_por_tienda() -> None:
    """Pregunta por las ventas de cada tienda."""
    print("Por hacer")


if __name__ == "__main__":
    ventas_por_tienda()
