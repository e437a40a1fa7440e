"""Ejercicio 2: ETL que resume los ingresos de cada tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
MESES = RAIZ / "data" / "output" / "ingresos_por_mes.parquet"
RESUMEN = RAIZ / "data" / "output" / "ingresos_por_tienda.parquet"


@task
def extraer(ruta: Path) -> pd.DataFrame:
    """Lee las ventas."""
    return pd.read_csv(ruta)


@task
def transformar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Quita filas repetidas o incompletas y suma los ingresos de cada tienda."""
    limpias = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    limpias = limpias.assign(ingresos=limpias["precio"] * limpias["cantidad"])
    resumen = limpias.groupby("tienda", as_index=False)["ingresos"].sum()
    return resumen.sort_values("ingresos", ascending=False).round(2)


@task
def por_mes(ventas: pd.DataFrame) -> pd.DataFrame:
    """Los ingresos de cada tienda y mes."""
    limpias = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    limpias = limpias.assign(
        ingresos=limpias["precio"] * limpias["cantidad"],
        mes=pd.to_datetime(limpias["fecha"]).dt.to_period("M").astype(str),
    )
    return limpias.groupby(["tienda", "mes"], as_index=False)["ingresos"].sum()


@task
def cargar(resumen: pd.DataFrame, ruta: Path) -> None:
    """Guarda el resumen en Parquet."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    resumen.to_parquet(ruta, index=False)


@flow(log_prints=True)
def ingresos_por_tienda(entrada: Path, salida: Path) -> None:
    """Extrae, transforma y carga."""
    ventas = extraer(entrada)
    resumen = transformar(ventas)
    cargar(resumen, salida)
    cargar(por_mes(ventas), MESES)
    print(f"{len(ventas)} filas leídas, {len(resumen)} tiendas en {salida.name}")


if __name__ == "__main__":
    ingresos_por_tienda(VENTAS, RESUMEN)
