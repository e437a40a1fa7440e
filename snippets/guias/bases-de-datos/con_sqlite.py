"""La misma idea con SQLite: una base de datos en un archivo, sin servidor."""

from pathlib import Path

import pandas as pd
from prefect import flow
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector, SyncDriver
from sqlalchemy import text

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
BASE = RAIZ / "data" / "output" / "tienda.db"


@flow(log_prints=True)
def ventas_en_sqlite() -> None:
    """Guarda el block, llena la tabla y la consulta."""
    BASE.parent.mkdir(parents=True, exist_ok=True)
    conexion = ConnectionComponents(
        driver=SyncDriver.SQLITE_PYSQLITE, database=str(BASE)
    )
    SqlAlchemyConnector(connection_info=conexion).save("tienda-sqlite", overwrite=True)

    with SqlAlchemyConnector.load("tienda-sqlite") as conector:
        with conector.get_connection() as escritura:
            pd.read_csv(VENTAS).to_sql("ventas", escritura, if_exists="replace")
        with conector.get_connection(begin=False) as lectura:
            filas = lectura.execute(text("SELECT count(*) FROM ventas")).scalar_one()
    print(f"{filas} filas en {BASE.name}")


if __name__ == "__main__":
    ventas_en_sqlite()
