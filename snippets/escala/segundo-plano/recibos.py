"""La task que hace el recibo de una venta, para quien se lo pida."""

import time
from pathlib import Path

import pandas as pd
from prefect import task

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
SIN_PAPEL = Path(__file__).with_name("sin-papel")


@task(retries=1)
def hacer_recibo(venta: int) -> str:
    """El recibo de una venta. Mientras exista la carpeta `sin-papel`, espera."""
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"]).set_index("venta_id")
    una = ventas.loc[venta]
    while SIN_PAPEL.exists():
        time.sleep(0.2)
    return f"{una.tienda}, {una.producto}: {una.precio * una.cantidad:.2f} MXN"
