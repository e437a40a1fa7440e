"""Ejercicio 15: que quede dicho lo que no ha salido bien."""

from pathlib import Path

import pandas as pd
from prefect import flow, runtime

DATOS = Path(__file__).resolve().parents[3] / "data"
VENTAS = DATOS / "ventas.csv"
GUARDIA = DATOS / "output" / "guardia.txt"


@flow(log_prints=True)
def contar_filas(tienda: str) -> None:
    """Cuenta las filas de una tienda."""
    try:
        tiendas = pd.read_csv(VENTAS)["tienda"]
        if tienda not in set(tiendas):
            raise ValueError(f"no hay ninguna tienda en {tienda}")
        print(f"{tienda}: {(tiendas == tienda).sum()} filas")
    except BaseException as error:
        run = runtime.flow_run
        GUARDIA.parent.mkdir(parents=True, exist_ok=True)
        with GUARDIA.open("a", encoding="utf-8") as guardia:
            guardia.write(f"{run.flow_name} {run.name} {error!r}\n")
        raise


if __name__ == "__main__":
    contar_filas("Puebla")
