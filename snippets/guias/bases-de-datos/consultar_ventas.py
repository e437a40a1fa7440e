"""Consulta la tabla «ventas» y recibe la respuesta como DataFrame."""

import pandas as pd
from prefect import flow, task
from prefect_sqlalchemy import SqlAlchemyConnector
from sqlalchemy import text

CONSULTA = text("""
    SELECT categoria, sum(cantidad) AS unidades, sum(precio * cantidad) AS total
    FROM ventas
    WHERE tienda = :tienda
    GROUP BY categoria
    ORDER BY total DESC
""")


@task
def consultar_db(tienda: str) -> pd.DataFrame:
    """Ventas de una tienda, por categoría."""
    with (
        SqlAlchemyConnector.load("postgres") as conector,
        conector.get_connection(begin=False) as conexion,
    ):
        return pd.read_sql(CONSULTA, conexion, params={"tienda": tienda})


@flow(log_prints=True)
def ventas_de_tienda(tienda: str = "Guadalajara") -> None:
    """Imprime el informe de una tienda."""
    ventas = consultar_db(tienda).round(2)
    print(f"Ventas de {tienda}:\n{ventas.to_string(index=False)}")


if __name__ == "__main__":
    ventas_de_tienda()
