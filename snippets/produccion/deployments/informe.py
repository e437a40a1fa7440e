"""El cierre de una tienda: cuánto ha vendido desde un día."""

from datetime import date
from pathlib import Path

import pandas as pd
from filtros import solo_ventas
from prefect import flow

VENTAS = Path(__file__).parent / "ventas.csv"


@flow(log_prints=True)
def cierre_de_tienda(tienda: str, desde: date) -> None:
    """Imprime lo que ha vendido una tienda desde un día, incluido ese día."""
    ventas = solo_ventas(pd.read_csv(VENTAS))
    suyas = ventas[(ventas["tienda"] == tienda) & (ventas["fecha"] >= str(desde))]
    if suyas.empty:
        raise ValueError(f"No hay ventas de «{tienda}» desde el {desde}")
    total = (suyas["precio"] * suyas["cantidad"]).sum()
    print(f"{tienda}: {len(suyas)} ventas desde el {desde}, {total:.2f} pesos")
