"""El arqueo de caja: lo vendido. Tarda lo que le pidas, para verlo en marcha."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def arqueo_de_caja(segundos: int = 0) -> float:
    """Suma las ventas válidas, sin prisa."""
    time.sleep(segundos)
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    total = float((ventas["precio"] * ventas["cantidad"]).sum().round(2))
    print(f"Arqueo: {total} MXN")
    return total
