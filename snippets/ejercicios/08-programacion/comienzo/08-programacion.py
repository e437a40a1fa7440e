"""Ejercicio 8: un flow que se ejecuta solo cada treinta segundos."""

from pathlib import Path

from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def contar_ventas() -> None:
    """Cuenta las ventas válidas que hay en el archivo."""
    print(f"Por hacer: contar las ventas de {VENTAS.name}")


if __name__ == "__main__":
    contar_ventas()
