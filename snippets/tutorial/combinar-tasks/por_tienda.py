from pathlib import Path

import pandas as pd
from prefect import flow, task, unmapped

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task
def extraer() -> pd.DataFrame:
    """Lee las ventas, sin duplicados ni huecos."""
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    return ventas.dropna(subset=["precio", "cantidad"])


@task(task_run_name="sumar {tienda}")
def sumar(tienda: str, ventas: pd.DataFrame) -> float:
    """Suma lo vendido en una tienda."""
    filas = ventas[ventas["tienda"] == tienda]
    return float((filas["precio"] * filas["cantidad"]).sum())


@flow(log_prints=True)
def totales_por_tienda() -> None:
    """Suma todas las tiendas a la vez."""
    ventas = extraer()
    tiendas = sorted(ventas["tienda"].unique())
    totales = sumar.map(tiendas, unmapped(ventas)).result()
    for tienda, total in zip(tiendas, totales, strict=True):
        print(f"{tienda}: {total:,.2f} MXN")


if __name__ == "__main__":
    totales_por_tienda()
