"""Lo vendido de un producto, para quien lo fabrica. El horario no va aquí."""

from pathlib import Path

import pandas as pd
from prefect import flow

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def informe_de_producto(producto: str = "Lápices de colores") -> None:
    """Cuenta las unidades vendidas de un producto."""
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    suyas = ventas[ventas["producto"] == producto]
    if suyas.empty:
        raise ValueError(f"{VENTAS.name} no tiene ninguna venta de {producto!r}")
    print(f"{producto}: {suyas['cantidad'].sum():.0f} unidades")
