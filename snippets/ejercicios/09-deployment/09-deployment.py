"""Ejercicio 9: un mismo flow con dos horarios y dos tiendas."""

from pathlib import Path

import pandas as pd
from prefect import flow, serve
from prefect.schedules import Cron, Interval

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@flow(log_prints=True)
def contar_las_de(tienda: str) -> int:
    """Cuenta las ventas de una tienda."""
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    cuantas = int((ventas["tienda"] == tienda).sum())
    print(f"{tienda}: {cuantas} ventas")
    return cuantas


if __name__ == "__main__":
    serve(
        contar_las_de.to_deployment(
            name="diario",
            parameters={"tienda": "Puebla"},
            schedule=Cron("0 8 * * *", timezone="America/Mexico_City"),
        ),
        contar_las_de.to_deployment(
            name="cada-hora",
            parameters={"tienda": "Monterrey"},
            schedule=Interval(3600),
        ),
    )
