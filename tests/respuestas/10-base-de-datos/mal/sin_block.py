"""Ejercicio 10: las ventas en SQLite, y cuánto ha vendido una tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector, SyncDriver
from sqlalchemy import text

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
BASE = RAIZ / "data" / "output" / "ventas.db"
CONECTOR = SqlAlchemyConnector(
    connection_info=ConnectionComponents(
        driver=SyncDriver.SQLITE_PYSQLITE, database=str(BASE)
    )
)
TOTAL = text("SELECT sum(precio * cantidad) FROM ventas WHERE tienda = :tienda")


@task
def cargar(ventas: pd.DataFrame) -> None:
    """Sustituye la tabla entera."""
    with (
        CONECTOR as conector,
        conector.get_connection() as conexion,
    ):
        ventas.to_sql("ventas", conexion, if_exists="replace", index=False)


@task
def total_vendido(tienda: str) -> float:
    """Suma, en la base de datos, lo vendido por una tienda."""
    with (
        CONECTOR as conector,
        conector.get_connection(begin=False) as conexion,
    ):
        return conexion.execute(TOTAL, {"tienda": tienda}).scalar_one()


@flow(log_prints=True)
def ventas_de(tienda: str = "Puebla") -> None:
    """Llena la tabla y pregunta cuánto ha vendido una tienda."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna()
    cargar(ventas)
    print(f"{len(ventas)} filas en {BASE.name}")
    print(f"{tienda} ha vendido {total_vendido(tienda):.2f}")


if __name__ == "__main__":
    BASE.parent.mkdir(parents=True, exist_ok=True)
    ventas_de()
