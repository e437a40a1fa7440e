from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task(cache_policy=INPUTS + TASK_SOURCE, task_run_name="sumar {mes}")
def sumar_mes(mes: str) -> float:
    """Suma lo vendido en un mes, escrito como 2025-01."""
    print(f"Calculando {mes}…")
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    filas = ventas[ventas["fecha"].str.startswith(mes)]
    return float((filas["precio"] * filas["cantidad"]).sum())


@flow(log_prints=True)
def informe() -> None:
    """Suma dos meses y repite el primero."""
    for mes in ("2025-01", "2025-02", "2025-01"):
        print(f"{mes}: {sumar_mes(mes):,.2f} MXN")


if __name__ == "__main__":
    informe()
