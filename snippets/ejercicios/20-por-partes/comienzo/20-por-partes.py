"""Ejercicio 20: lo vendido en cada tienda, con todas las ventas a la vez en memoria."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
VENTAS = SALIDA / "ventas_por_mes"


@task
def resumir() -> pd.DataFrame:
    """Una fila por tienda: cuántas ventas, lo que suman y cuánto es la media."""
    ventas = pd.read_parquet(VENTAS)
    importe = ventas["cantidad"] * ventas["precio"]
    tiendas = importe.groupby(ventas["tienda"], observed=True)
    resumen = tiendas.agg(ventas="count", total="sum", media="mean")
    return resumen.round(2).reset_index()


@flow
def resumen_por_partes() -> None:
    """Guarda el resumen en un Parquet."""
    resumir().to_parquet(SALIDA / "por_tienda.parquet", index=False)


if __name__ == "__main__":
    resumen_por_partes()
