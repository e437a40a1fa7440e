"""Con qué se ordenan los productos: lo importa `ranking.py`."""

import pandas as pd

NOMBRE = "ingresos"


def medir(ventas: pd.DataFrame) -> pd.Series:
    """Lo que cuenta cada venta."""
    return ventas["precio"] * ventas["cantidad"]
