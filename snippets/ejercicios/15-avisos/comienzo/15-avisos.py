"""Ejercicio 15: que quede dicho lo que no ha salido bien."""

from pathlib import Path

import pandas as pd
from prefect import flow

DATOS = Path(__file__).resolve().parents[3] / "data"
VENTAS = DATOS / "ventas.csv"
GUARDIA = DATOS / "output" / "guardia.txt"


@flow(log_prints=True)
def contar_filas(tienda: str) -> None:
    """Cuenta las filas de una tienda. No la cambies."""
    tiendas = pd.read_csv(VENTAS)["tienda"]
    if tienda not in set(tiendas):
        raise ValueError(f"no hay ninguna tienda en {tienda}")
    print(f"{tienda}: {(tiendas == tienda).sum()} filas")


if __name__ == "__main__":
    contar_filas("Puebla")
