"""El recuento de una tienda. Tarda lo que le pidas, para que dé tiempo a matarlo."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def recuento_de_tienda(tienda: str, segundos: int = 0) -> int:
    """Cuenta las filas de una tienda y, cada segundo, dice que sigue."""
    ventas = pd.read_csv(VENTAS)
    print(f"Empieza el recuento de {tienda}")
    for _ in range(segundos):
        time.sleep(1)
        print(f"Sigue el recuento de {tienda}")
    filas = int((ventas["tienda"] == tienda).sum())
    print(f"{tienda}: {filas} filas")
    return filas
