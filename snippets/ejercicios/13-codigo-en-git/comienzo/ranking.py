"""Los tres productos que van primero en una tienda. Este archivo no se cambia."""

from pathlib import Path

import pandas as pd
from medida import NOMBRE, medir
from prefect import flow

VENTAS = Path(__file__).with_name("ventas.csv")


@flow(log_prints=True)
def ranking_de_productos(tienda: str) -> None:
    """Imprime los tres primeros, con la medida de `medida.py`."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    suyas = ventas[ventas["tienda"] == tienda]
    mejores = medir(suyas).groupby(suyas["producto"]).sum().nlargest(3)
    print(f"{tienda}, por {NOMBRE}: {', '.join(mejores.index)}")
