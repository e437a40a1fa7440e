"""Dos errores que cometerás: la conexión sin «with» y un block que no existe."""

import pandas as pd
from prefect_sqlalchemy import SqlAlchemyConnector


def conexion_sin_with() -> None:
    """La forma que parece natural: pasar get_connection() a pandas."""
    with SqlAlchemyConnector.load("postgres") as conector:
        pd.read_sql("SELECT * FROM ventas", conector.get_connection())


def nombre_equivocado() -> None:
    """Un nombre con el que nadie ha guardado un block."""
    SqlAlchemyConnector.load("postgress")


if __name__ == "__main__":
    for ejemplo in (conexion_sin_with, nombre_equivocado):
        try:
            ejemplo()
        except Exception as error:
            print(f"{ejemplo.__name__}: {type(error).__name__}: {error}")
