"""Dos flows listos para programar. El horario no va aquí: va en el deployment."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


def guardar(tabla: pd.DataFrame, ruta: Path) -> None:
    """Guarda un CSV entero o nada: quien lo lea nunca lo verá a medias."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=ruta.parent) as carpeta:
        temporal = Path(carpeta) / ruta.name
        tabla.to_csv(temporal, index=False)
        temporal.replace(ruta)


@flow(log_prints=True)
def pipeline_diario() -> None:
    """Guarda el total vendido por tienda."""
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    ventas["total"] = ventas["precio"] * ventas["cantidad"]
    resumen = ventas.groupby("tienda", as_index=False)["total"].sum().round(2)
    salida = RAIZ / "data" / "output" / "resumen_diario.csv"
    guardar(resumen, salida)
    print(f"{len(resumen)} tiendas en {salida.name}")


@flow(log_prints=True)
def pipeline_horario() -> None:
    """Cuenta las filas de ventas.csv."""
    print(f"ventas.csv tiene {len(pd.read_csv(VENTAS))} filas")
