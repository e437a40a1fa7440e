"""Copia ventas.csv en la tabla «ventas» de PostgreSQL."""

from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect_sqlalchemy import SqlAlchemyConnector

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task
def leer_csv() -> pd.DataFrame:
    """Lee las ventas válidas: sin repetir, y con precio y cantidad."""
    ventas = pd.read_csv(VENTAS, parse_dates=["fecha"])
    return ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])


@task
def escribir_tabla(ventas: pd.DataFrame) -> None:
    """Sustituye la tabla entera en una sola transacción."""
    with (
        SqlAlchemyConnector.load("postgres") as conector,
        conector.get_connection() as conexion,
    ):
        ventas.to_sql("ventas", conexion, if_exists="replace", index=False)


@flow(log_prints=True)
def cargar_ventas() -> None:
    """Del CSV a PostgreSQL."""
    ventas = leer_csv()
    escribir_tabla(ventas)
    print(f"{len(ventas)} filas en la tabla «ventas»")


if __name__ == "__main__":
    cargar_ventas()
