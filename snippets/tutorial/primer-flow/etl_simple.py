"""ETL de ventas, en su versión más corta: leer un CSV, limpiarlo y guardarlo."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
SALIDA = RAIZ / "data" / "output" / "ventas.parquet"


@task
def extraer(ruta: Path) -> pd.DataFrame:
    return pd.read_csv(ruta)


@task
def transformar(ventas: pd.DataFrame) -> pd.DataFrame:
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    return validas.assign(total=validas["precio"] * validas["cantidad"])


@task
def cargar(ventas: pd.DataFrame, ruta: Path) -> None:
    ruta.parent.mkdir(parents=True, exist_ok=True)
    ventas.to_parquet(ruta, index=False)


@flow(log_prints=True)
def pipeline_etl() -> None:
    leidas = extraer(VENTAS)
    ventas = transformar(leidas)
    cargar(ventas, SALIDA)
    pesos = ventas["total"].sum()
    print(f"{len(leidas)} filas leídas, {len(ventas)} guardadas: {pesos:.2f} pesos")


if __name__ == "__main__":
    pipeline_etl()
