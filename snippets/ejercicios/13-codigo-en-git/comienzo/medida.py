"""Qué se mide en el ranking: lo importa ranking.py."""

import pandas as pd

NOMBRE = "ingresos"


def medir(ventas: pd.DataFrame) -> pd.Series:
    """Lo que aporta cada venta al ranking."""
    return ventas["precio"] * ventas["cantidad"]
