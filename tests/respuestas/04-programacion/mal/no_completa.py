"""Ejercicio 4: un flow que se ejecuta solo cada treinta segundos."""

from datetime import timedelta
from pathlib import Path

from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def contar_ventas(archivo: str) -> int:
    """Cuenta las ventas que hay en el archivo, sin la cabecera."""
    with Path(archivo).open(encoding="utf-8") as archivo:
        filas = sum(1 for _ in archivo) - 1
    print(f"{filas} ventas en {VENTAS.name}")
    return filas


if __name__ == "__main__":
    contar_ventas.serve(name="cada-medio-minuto", interval=30, parameters={"archivo": "ventas"})
