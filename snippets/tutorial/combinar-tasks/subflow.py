from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task
def extraer() -> pd.DataFrame:
    """Lee todas las ventas."""
    return pd.read_csv(VENTAS)


@task
def limpiar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Quita los duplicados y las filas sin precio o cantidad."""
    return ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])


@flow
def preparar() -> pd.DataFrame:
    """Lee y limpia: lo mismo para cualquier informe."""
    return limpiar(extraer())


@task
def sumar(ventas: pd.DataFrame) -> float:
    """Suma lo vendido."""
    return float((ventas["precio"] * ventas["cantidad"]).sum())


@flow(log_prints=True)
def informe_de_ingresos() -> None:
    """Prepara las ventas con el otro flow y las suma."""
    total = sumar(preparar())
    print(f"Vendido: {total:,.2f} MXN")


if __name__ == "__main__":
    informe_de_ingresos()
