"""ETL de ventas, en su versión más corta: leer un CSV, limpiarlo y guardarlo."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]


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
    ventas = transformar(extraer(RAIZ / "data" / "ventas.csv"))
    cargar(ventas, RAIZ / "data" / "output" / "ventas.parquet")
    print(f"{len(ventas)} ventas guardadas")


if __name__ == "__main__":
    pipeline_etl()
