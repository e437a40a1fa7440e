"""Ejercicio 11: las ventas en SQLite, y cuánto ha vendido una tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector, SyncDriver
from sqlalchemy import text

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
BASE = RAIZ / "data" / "output" / "ventas.db"
BLOCK = "ventas-sqlite"
TOTAL = text("SELECT sum(precio * cantidad) FROM ventas WHERE tienda = :tienda")


def guardar_conexion() -> None:
    """Guarda en un block cómo se llega a la base de datos."""
    BASE.parent.mkdir(parents=True, exist_ok=True)
    conexion = ConnectionComponents(
        driver=SyncDriver.SQLITE_PYSQLITE, database=str(BASE)
    )
    SqlAlchemyConnector(connection_info=conexion).save(BLOCK, overwrite=True)


@task
def cargar(ventas: pd.DataFrame) -> None:
    """Sustituye la tabla entera."""
    with (
        SqlAlchemyConnector.load(BLOCK) as conector,
        conector.get_connection() as conexion,
    ):
        ventas.to_sql("ventas", conexion, if_exists="replace", index=False)


@task
def total_vendido(tienda: str) -> float:
    """Suma, en la base de datos, lo vendido por una tienda."""
    with (
        SqlAlchemyConnector.load(BLOCK) as conector,
        conector.get_connection(begin=False) as conexion,
    ):
        return conexion.execute(TOTAL, {"tienda": tienda}).scalar_one() or 0.0


@flow(log_prints=True)
def ventas_de(tienda: str = "Puebla") -> None:
    """Llena la tabla y pregunta cuánto ha vendido una tienda."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    cargar(ventas)
    print(f"{len(ventas)} filas en {BASE.name}")
    print(f"{tienda} ha vendido {total_vendido(tienda):.2f}")


if __name__ == "__main__":
    guardar_conexion()
    ventas_de()
