"""Entrega el informe con la clave del block: el programa no la lleva ni la enseña."""

from pathlib import Path

import pandas as pd
from buzon import Buzon
from prefect import flow
from prefect.variables import Variable

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def entregar_informe() -> None:
    """Carga el buzón en cada ejecución, con la clave que tenga entonces."""
    tienda = Variable.get("tienda_del_informe", default="Puebla")
    ventas = pd.read_csv(VENTAS)
    filas = int((ventas["tienda"] == tienda).sum())
    buzon = Buzon.load("central")
    print(buzon.entregar(f"{filas} filas de {tienda}"))
    print(f"Lo entrega {buzon.remitente}, con {buzon.clave}")


if __name__ == "__main__":
    entregar_informe()
