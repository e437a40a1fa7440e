from pathlib import Path

import pandas as pd
from prefect import flow
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector, SyncDriver
from sqlalchemy import text

DATOS = Path(__file__).parents[3] / "data"


@flow
def todo(tienda="Puebla"):
    (DATOS / "output").mkdir(exist_ok=True)
    c = ConnectionComponents(
        driver=SyncDriver.SQLITE_PYSQLITE, database=str(DATOS / "output" / "ventas.db")
    )
    SqlAlchemyConnector(connection_info=c).save("ventas-sqlite", overwrite=True)
    with SqlAlchemyConnector.load("ventas-sqlite") as s:
        with s.get_connection() as e:
            v = pd.read_csv(DATOS / "ventas.csv")
            v = v.dropna(subset=["cantidad", "precio"]).drop_duplicates()
            v.to_sql("ventas", e, if_exists="replace")
        q = text("SELECT * FROM ventas WHERE tienda = :t")
        with s.get_connection(begin=False) as e:
            t = pd.read_sql(q, e, params={"t": tienda})
    print(tienda, "%.2f" % (t.precio * t.cantidad).sum())


if __name__ == "__main__":
    todo()
