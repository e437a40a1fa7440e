"""El informe del último día, que cualquiera del equipo ejecuta con el mismo servidor."""

from pathlib import Path

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def informe_del_equipo() -> float:
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    dia = ventas["fecha"].max()
    del_dia = ventas[ventas["fecha"] == dia]
    pesos = (del_dia["precio"] * del_dia["cantidad"]).sum()
    print(f"{dia}: {pesos:.2f} pesos")
    return pesos


if __name__ == "__main__":
    informe_del_equipo()
