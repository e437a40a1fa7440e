"""La misma idea con SQLite: una base de datos en un archivo, sin servidor."""

from pathlib import Path

import pandas as pd
from prefect import flow
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector, SyncDriver
from sqlalchemy import text

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
BASE = RAIZ / "data" / "output" / "tienda.db"


def guardar_conexion() -> None:
    """Guarda el block que dice dónde está el archivo."""
    BASE.parent.mkdir(parents=True, exist_ok=True)
    conexion = ConnectionComponents(
        driver=SyncDriver.SQLITE_PYSQLITE, database=str(BASE)
    )
    SqlAlchemyConnector(connection_info=conexion).save("tienda-sqlite", overwrite=True)


@flow(log_prints=True)
def ventas_en_sqlite() -> None:
    """Llena la tabla con las ventas válidas y las cuenta."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    with SqlAlchemyConnector.load("tienda-sqlite") as conector:
        with conector.get_connection() as escritura:
            ventas.to_sql("ventas", escritura, if_exists="replace", index=False)
        with conector.get_connection(begin=False) as lectura:
            filas = lectura.execute(text("SELECT count(*) FROM ventas")).scalar_one()
    print(f"{filas} filas en {BASE.name}")


if __name__ == "__main__":
    guardar_conexion()
    ventas_en_sqlite()
