"""Hace de tiendas en el ejercicio 17. No lo cambies: el calificador usa el suyo."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

DATOS = Path(__file__).resolve().parents[3] / "data"
ALMACEN = DATOS / "output" / "almacen.db"
CORTADA = DATOS / "output" / "linea_cortada"
COLUMNAS = ["venta_id", "fecha", "tienda", "precio", "cantidad"]


def leer() -> pd.DataFrame:
    """Las ventas válidas del archivo."""
    ventas = pd.read_csv(DATOS / "ventas.csv").drop_duplicates()
    return ventas.dropna(subset=["precio", "cantidad"])[COLUMNAS]


def hoy() -> str:
    """El día que toca cargar: el último del archivo."""
    return leer()["fecha"].max()


def recibir(dia: str) -> Iterator[list[tuple]]:
    """Da las ventas de un día, tienda por tienda; con la línea cortada, falla a mitad."""
    ventas = leer()
    del_dia = ventas[ventas["fecha"] == dia]
    for recibidas, (tienda, suyas) in enumerate(del_dia.groupby("tienda")):
        if recibidas == 2 and CORTADA.exists():
            raise ConnectionError(f"se ha cortado la línea con {tienda}")
        print(f"Recibidas {len(suyas)} ventas de {tienda}")
        yield list(suyas.itertuples(index=False, name=None))


if __name__ == "__main__":
    if CORTADA.exists():
        CORTADA.unlink()
        print("Línea arreglada")
    else:
        CORTADA.parent.mkdir(parents=True, exist_ok=True)
        CORTADA.touch()
        print("Línea cortada")
