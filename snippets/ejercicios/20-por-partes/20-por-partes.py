"""Ejercicio 20: lo vendido en cada tienda, con un lote de ventas en memoria cada vez."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from prefect import flow, task

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
VENTAS = SALIDA / "ventas_por_mes"
COLUMNAS = ["tienda", "cantidad", "precio"]


def resumir_lote(ventas: pd.DataFrame) -> pd.DataFrame:
    """Cuántas ventas y cuánto suman, por tienda: lo que se puede juntar con otro lote."""
    importe = ventas["cantidad"] * ventas["precio"]
    tiendas = importe.groupby(ventas["tienda"].astype(str))
    return tiendas.agg(ventas="count", total="sum")


@task
def resumir() -> pd.DataFrame:
    """Junta los resúmenes de los lotes; la media se calcula al final, una vez."""
    partes = []
    for archivo in sorted(VENTAS.glob("*.parquet")):
        for lote in pq.ParquetFile(archivo).iter_batches(columns=COLUMNAS):
            partes.append(resumir_lote(lote.to_pandas()))
    resumen = pd.concat(partes).groupby("tienda").sum()
    resumen["media"] = resumen["total"] / resumen["ventas"]
    return resumen.round(2).reset_index()


@flow
def resumen_por_partes() -> None:
    """Guarda el resumen en un Parquet."""
    resumir().to_parquet(SALIDA / "por_tienda.parquet", index=False)


if __name__ == "__main__":
    resumen_por_partes()
