"""El cierre de caja de cada tienda: unas cuantas ejecuciones que guardar y que borrar."""

from pathlib import Path

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True, flow_run_name="caja de {tienda}")
def caja_de_tienda(tienda: str) -> float:
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    suyas = ventas[ventas["tienda"] == tienda]
    pesos = (suyas["precio"] * suyas["cantidad"]).sum()
    print(f"{tienda}: {pesos:.2f} pesos")
    return pesos


if __name__ == "__main__":
    for tienda in sorted(pd.read_csv(VENTAS)["tienda"].unique()):
        caja_de_tienda(tienda)
