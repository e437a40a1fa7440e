"""Ejercicio 6: preguntar a una API que falla a ratos."""

from collections import Counter

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


def conviene(t, tr, estado):
    return "ConnectionError" in (estado.message or "")


@task(retries=3, retry_delay_seconds=[0.2, 0.2, 0.2], retry_condition_fn=conviene, log_prints=True)
def consulta(tienda):
    ventas = preguntar(tienda)
    print(tienda, ventas)
    return ventas


@flow(name="Ventas de cada tienda")
def main():
    futuros = [consulta.submit(t) for t in TIENDAS]
    return [f.result() for f in futuros]


main()
