"""Ejercicio 19: los puntos que ha dado cada tienda, de uno en uno."""

from pathlib import Path

import pandas as pd
from prefect import flow, task
from puntos import puntos_de

DATOS = Path(__file__).resolve().parents[3] / "data"
INFORME = DATOS / "output" / "puntos_por_tienda.parquet"


@task
def sumar(ventas: pd.DataFrame) -> pd.Series:
    """Los puntos de unas ventas, por tienda."""
    puntos = ventas["venta_id"].map(puntos_de)
    return puntos.groupby(ventas["tienda"]).sum()


@flow
def puntos_por_tienda() -> None:
    """Suma los puntos de las ventas válidas y guarda el informe."""
    ventas = pd.read_csv(DATOS / "ventas.csv").drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    puntos = sumar(ventas)
    INFORME.parent.mkdir(parents=True, exist_ok=True)
    puntos.rename("puntos").reset_index().to_parquet(INFORME, index=False)


if __name__ == "__main__":
    puntos_por_tienda()
