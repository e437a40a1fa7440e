"""Ejercicio 2: un flow que sirve para cualquier tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def ventas_caras() -> int:
    """Cuenta las ventas de Puebla de 500 pesos o más por unidad."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    de_la_tienda = ventas[ventas["tienda"] == "Puebla"]
    cuantas = int((de_la_tienda["precio"] >= 500).sum())
    print(f"Puebla: {cuantas} ventas de 500 MXN o más")
    return cuantas


if __name__ == "__main__":
    ventas_caras()
