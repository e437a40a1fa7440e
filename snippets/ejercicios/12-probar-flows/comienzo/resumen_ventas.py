"""Resume las ventas: las limpia y suma lo que ha vendido cada tienda."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task
def limpiar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Quita las filas repetidas y las que no tienen precio o cantidad."""
    return ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])


@task
def sumar(ventas: pd.DataFrame) -> dict[str, float]:
    """Suma precio por cantidad en cada tienda."""
    totales = ventas["precio"] * ventas["cantidad"]
    return totales.groupby(ventas["tienda"]).sum().to_dict()


@flow(log_prints=True)
def resumen_ventas(entrada: Path = VENTAS) -> dict[str, float]:
    """Lee, limpia y suma."""
    totales = sumar(limpiar(pd.read_csv(entrada)))
    for tienda, total in totales.items():
        print(f"{tienda}: {total:.2f}")
    return totales


if __name__ == "__main__":
    resumen_ventas()
