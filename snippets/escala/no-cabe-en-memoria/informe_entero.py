"""Lo vendido en cada tienda, con el año entero en memoria."""

import sys
from pathlib import Path

import pandas as pd
from poca_memoria import como_mucho
from prefect import flow, task

VENTAS = Path(__file__).resolve().parents[3] / "data" / "output" / "ventas_por_mes"


def por_tienda(ventas: pd.DataFrame) -> dict[str, int]:
    """Los centavos de cada tienda: con enteros, da igual en qué orden se sumen."""
    centavos = (ventas["precio"] * 100).round().astype("int64") * ventas["cantidad"]
    return centavos.groupby(ventas["tienda"], observed=True).sum().to_dict()


@task
def sumar_entero(megas: int | None) -> dict[str, int]:
    """Lee todas las filas y todas las columnas."""
    with como_mucho(megas):
        return por_tienda(pd.read_parquet(VENTAS))


@flow(log_prints=True)
def informe_entero(megas: int | None = None) -> None:
    """Suma el año de una vez."""
    print(sumar_entero(megas))


if __name__ == "__main__":
    informe_entero(*map(int, sys.argv[1:]))
