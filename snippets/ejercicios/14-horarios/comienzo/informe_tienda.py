"""El informe de una tienda. Este archivo no se cambia."""

from pathlib import Path

import pandas as pd
from prefect import flow

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def informe_de_tienda(tienda: str) -> None:
    """Imprime lo que ha ingresado una tienda."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    suyas = ventas[ventas["tienda"] == tienda]
    ingresos = (suyas["precio"] * suyas["cantidad"]).sum()
    print(f"{tienda}: {ingresos:.2f} pesos")
