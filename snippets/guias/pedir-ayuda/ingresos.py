"""Suma los ingresos de una lista de ventas."""

from prefect import flow, task

VENTAS = [
    {"tienda": "Puebla", "precio": 120.0, "cantidad": 2},
    {"tienda": "Monterrey", "precio": 80.0},
]


@task
def sumar(ventas: list[dict]) -> float:
    """Suma precio por cantidad de cada venta."""
    total = 0.0
    for venta in ventas:
        total += venta["precio"] * venta["cantidad"]
    return total


@flow(log_prints=True)
def ingresos() -> None:
    print(f"Ingresos: {sumar(VENTAS):.2f}")


if __name__ == "__main__":
    ingresos()
