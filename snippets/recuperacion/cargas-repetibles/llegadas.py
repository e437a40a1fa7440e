"""Las ventas de un día, y la manera en que llegan: tienda por tienda."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
COLUMNAS = ["venta_id", "fecha", "tienda", "precio", "cantidad"]


def leer() -> pd.DataFrame:
    """Las ventas válidas: sin repetir, y con precio y cantidad."""
    ventas = pd.read_csv(VENTAS, parse_dates=["fecha"]).drop_duplicates()
    return ventas.dropna(subset=["precio", "cantidad"])[COLUMNAS]


def del_dia(dia: str) -> pd.DataFrame:
    """Las de un día."""
    ventas = leer()
    return ventas[ventas["fecha"] == dia]


def por_tienda(ventas: pd.DataFrame, *, se_corta: bool) -> Iterator[pd.DataFrame]:
    """Da las de cada tienda por separado; si se corta, falla tras la segunda."""
    for recibidas, (_, suyas) in enumerate(ventas.groupby("tienda")):
        if se_corta and recibidas == 2:
            raise ConnectionError("se ha cortado la línea con las tiendas")
        yield suyas
