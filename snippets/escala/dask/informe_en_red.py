"""Lo vendido por tienda, en los workers de un grupo de Dask que ya está en marcha."""

import sys
from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect_dask import DaskTaskRunner

VENTAS = Path(__file__).resolve().parents[3] / "data" / "output" / "ventas_por_mes"


def es_posible(codigo: int) -> bool:
    """Si la última cifra de un código EAN-13 es la que piden las otras doce."""
    cifras = [int(cifra) for cifra in f"{codigo:013}"]
    return (sum(cifras[::2]) + 3 * sum(cifras[1::2])) % 10 == 0


@task(task_run_name="{archivo.stem}")
def sumar_mes(archivo: Path) -> pd.Series:
    """Lo vendido por tienda en un mes, sin las ventas de código imposible."""
    ventas = pd.read_parquet(archivo)
    ventas = ventas[ventas["codigo"].map(es_posible)]
    importe = ventas["precio"] * ventas["cantidad"]
    return importe.groupby(ventas["tienda"], observed=True).sum()


@flow
def informe_en_red(carpeta: Path = VENTAS) -> pd.Series:
    """Suma lo de todos los meses, tienda por tienda."""
    meses = sorted(carpeta.glob("*.parquet"))
    sumas = sumar_mes.map(meses).result()
    return sum(sumas).round(2)


if __name__ == "__main__":
    red = DaskTaskRunner(address=sys.argv[1])
    for tienda, importe in informe_en_red.with_options(task_runner=red)().items():
        print(f"{tienda}: {importe:.2f} MXN")
