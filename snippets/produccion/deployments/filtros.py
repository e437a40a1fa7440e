"""Qué filas son ventas: lo usan todos los informes."""

import pandas as pd


def solo_ventas(filas: pd.DataFrame) -> pd.DataFrame:
    """Quita las filas repetidas y las que no tienen precio o cantidad."""
    return filas.drop_duplicates().dropna(subset=["precio", "cantidad"])
