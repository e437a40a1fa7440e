"""Un flow con un parámetro, una tabla y un print: ¿qué llega de él a la API?"""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task
def leer() -> pd.DataFrame:
    """Devuelve todas las filas, que pasan a otra función sin salir de este proceso."""
    return pd.read_csv(VENTAS)


@flow(log_prints=True)
def lo_que_sale(tienda: str) -> None:
    """Cuenta las filas del producto que más veces sale en una tienda."""
    ventas = leer()
    filas = ventas.loc[ventas["tienda"] == tienda, "producto"].value_counts()
    print(f"El que más sale: {filas.iloc[0]} filas")


if __name__ == "__main__":
    lo_que_sale("Puebla")
