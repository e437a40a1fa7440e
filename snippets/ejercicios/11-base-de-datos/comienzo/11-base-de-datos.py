"""Ejercicio 11: las ventas en SQLite, y cuánto ha vendido una tienda."""

from pathlib import Path

from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
BASE = RAIZ / "data" / "output" / "ventas.db"


@flow(log_prints=True)
def ventas_de(tienda: str = "Puebla") -> None:
    """Llena la tabla y pregunta cuánto ha vendido una tienda."""
    print("Por hacer")


if __name__ == "__main__":
    ventas_de()
