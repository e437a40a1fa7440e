"""Tres consultas que se envían a la vez, con una etiqueta que las limita."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow, task

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@task(tags=["base-de-datos"])
def contar_filas(tienda: str) -> int:
    """Cuenta las filas de una tienda, con la lentitud de una base de datos."""
    ventas = pd.read_csv(VENTAS)
    time.sleep(1)
    return int((ventas["tienda"] == tienda).sum())


@flow(log_prints=True)
def consultas_con_limite() -> None:
    """Envía las tres tasks y espera a que terminen."""
    tiendas = ["Puebla", "Monterrey", "Guadalajara"]
    filas = contar_filas.map(tiendas).result()
    print(dict(zip(tiendas, filas, strict=True)))


if __name__ == "__main__":
    consultas_con_limite()
