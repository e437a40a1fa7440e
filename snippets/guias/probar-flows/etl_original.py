"""Un flow que hace su trabajo, pero no devuelve nada."""

from pathlib import Path

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
SALIDA = RAIZ / "data" / "output" / "ventas_original.parquet"


@flow
def etl_original(entrada: Path, salida: Path) -> None:
    """Calcula el total de cada venta válida y lo guarda."""
    ventas = pd.read_csv(entrada).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    ventas["total"] = (ventas["precio"] * ventas["cantidad"]).round(2)
    salida.parent.mkdir(parents=True, exist_ok=True)
    temporal = salida.with_suffix(".tmp")
    ventas.to_parquet(temporal, index=False)
    temporal.replace(salida)


if __name__ == "__main__":
    etl_original(VENTAS, SALIDA)
