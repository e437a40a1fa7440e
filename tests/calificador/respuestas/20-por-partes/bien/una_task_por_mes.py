from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from prefect import flow, task

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"


@task
def sumar_mes(archivo):
    ventas, total = Counter(), Counter()
    for lote in pq.ParquetFile(archivo).iter_batches(batch_size=10_000):
        tabla = lote.to_pandas()
        tabla["importe"] = tabla.cantidad * tabla.precio
        for tienda, suyas in tabla.groupby("tienda", observed=True):
            ventas[tienda] += len(suyas)
            total[tienda] += suyas.importe.sum()
    return ventas, total


@flow
def por_tienda():
    ventas, total = Counter(), Counter()
    for mes in sorted((SALIDA / "ventas_por_mes").iterdir()):
        unas, otras = sumar_mes(mes)
        ventas += unas
        total += otras
    filas = [
        {"tienda": t, "ventas": n, "total": total[t], "media": total[t] / n}
        for t, n in ventas.items()
    ]
    pd.DataFrame(filas).round(2).to_parquet(SALIDA / "por_tienda.parquet")


if __name__ == "__main__":
    por_tienda()
