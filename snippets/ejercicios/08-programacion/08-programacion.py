"""Ejercicio 8: un flow que se ejecuta solo cada treinta segundos."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def contar_ventas() -> int:
    """Cuenta las ventas válidas que hay en el archivo."""
    ventas = pd.read_csv(VENTAS)
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    print(f"{len(validas)} ventas en {VENTAS.name}")
    return len(validas)


if __name__ == "__main__":
    contar_ventas.serve(name="cada-medio-minuto", interval=timedelta(seconds=30))
