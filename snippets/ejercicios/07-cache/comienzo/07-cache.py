"""Ejercicio 7: no repetir lo que tarda y ya se sabe."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


def ventas_de(tienda: str) -> pd.DataFrame:
    """Lee las ventas de una tienda en una fuente lenta."""
    time.sleep(0.3)
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    return ventas[ventas["tienda"] == tienda]


@task(task_run_name="unidades de {tienda}")
def unidades(tienda: str) -> int:
    """Cuenta las unidades vendidas."""
    return int(ventas_de(tienda)["cantidad"].sum())


@task(task_run_name="ingresos de {tienda}")
def ingresos(tienda: str) -> float:
    """Suma lo cobrado."""
    ventas = ventas_de(tienda)
    return float((ventas["precio"] * ventas["cantidad"]).sum())


@flow(log_prints=True)
def resumen_por_tienda() -> None:
    """Resume dos tiendas."""
    for tienda in ("Puebla", "Monterrey"):
        total = f"{unidades(tienda)} unidades y {ingresos(tienda):.2f} MXN"
        print(f"{tienda}: {total}")


if __name__ == "__main__":
    resumen_por_tienda()
