"""Ejercicio 2: un flow que sirve para cualquier tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def ventas_caras(tienda: str = "Puebla", minimo: float = 500) -> int:
    """Cuenta las ventas de una tienda que llegan a un precio por unidad."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    de_la_tienda = ventas[ventas["tienda"] == tienda]
    if de_la_tienda.empty:
        tiendas = ", ".join(sorted(ventas["tienda"].unique()))
        raise ValueError(f"No hay ninguna tienda en {tienda}. Hay en {tiendas}.")
    cuantas = int((de_la_tienda["precio"] >= minimo).sum())
    print(f"{tienda}: {cuantas} ventas de {minimo:g} MXN o más")
    return cuantas


if __name__ == "__main__":
    ventas_caras()
