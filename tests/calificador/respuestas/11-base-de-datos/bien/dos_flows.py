"""Un flow carga y otro consulta, sin pandas para escribir."""

from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector

RAIZ = Path(__file__).resolve().parents[3]


@task
def filas_limpias() -> list[dict]:
    tabla = pd.read_csv(RAIZ / "data/ventas.csv")
    buenas = tabla["precio"].notna() & tabla["cantidad"].notna()
    return tabla[buenas & ~tabla.duplicated()].to_dict("records")


@flow
def cargar() -> None:
    filas = filas_limpias()
    columnas = list(filas[0])
    with SqlAlchemyConnector.load("ventas-sqlite") as base:
        base.execute("DROP TABLE IF EXISTS ventas")
        base.execute(f"CREATE TABLE ventas ({', '.join(columnas)})")
        huecos = ", ".join(f":{c}" for c in columnas)
        base.execute_many(f"INSERT INTO ventas VALUES ({huecos})", filas)


@flow(log_prints=True)
def consultar(tienda: str = "Puebla") -> float:
    orden = "SELECT round(sum(precio * cantidad), 2) FROM ventas WHERE tienda = :x"
    with SqlAlchemyConnector.load("ventas-sqlite") as base:
        (total,) = base.fetch_one(orden, parameters={"x": tienda})
    print(f"Total: {total or 0:,.2f}")
    return total or 0.0


if __name__ == "__main__":
    (RAIZ / "data" / "output").mkdir(parents=True, exist_ok=True)
    SqlAlchemyConnector(
        connection_info=ConnectionComponents(
            driver="sqlite+pysqlite", database=str(RAIZ / "data/output/ventas.db")
        )
    ).save("ventas-sqlite", overwrite=True)
    cargar()
    consultar("Puebla")
