"""Ejercicio 3: ETL que resume los ingresos de cada tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
RESUMEN = RAIZ / "data" / "output" / "ingresos_por_tienda.parquet"


@task
def extraer(ruta: Path) -> pd.DataFrame:
    """Lee las ventas."""
    return pd.read_csv(ruta)


@task
def transformar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Se queda con las ventas válidas y suma los ingresos de cada tienda."""
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    validas = validas.assign(ingresos=validas["precio"] * validas["cantidad"])
    resumen = validas.groupby("tienda", as_index=False)["ingresos"].sum()
    return resumen.sort_values("ingresos", ascending=False).round(2)


@task
def cargar(resumen: pd.DataFrame, ruta: Path) -> None:
    """Guarda el resumen; si falla a medias, el archivo anterior sigue entero."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    temporal = ruta.with_suffix(".tmp")
    resumen.to_parquet(temporal, index=False)
    temporal.replace(ruta)


@flow(log_prints=True)
def ingresos_por_tienda(entrada: Path, salida: Path) -> None:
    """Extrae, transforma y carga."""
    ventas = extraer(entrada)
    resumen = transformar(ventas)
    cargar(resumen, salida)
    print(f"{len(ventas)} filas leídas, {len(resumen)} tiendas en {salida.name}")


if __name__ == "__main__":
    ingresos_por_tienda(VENTAS, RESUMEN)
