"""Ejercicio 19: los puntos que ha dado cada tienda, por lotes y en dos procesos."""

from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner
from puntos import puntos_de

DATOS = Path(__file__).resolve().parents[3] / "data"
INFORME = DATOS / "output" / "puntos_por_tienda.parquet"
LOTES = 4


@task
def sumar(ventas: pd.DataFrame) -> pd.Series:
    """Los puntos de unas ventas, por tienda."""
    puntos = ventas["venta_id"].map(puntos_de)
    return puntos.groupby(ventas["tienda"]).sum()


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def puntos_por_tienda() -> None:
    """Reparte las ventas válidas en lotes, junta sus puntos y guarda el informe."""
    ventas = pd.read_csv(DATOS / "ventas.csv").drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    lotes = [ventas.iloc[primera::LOTES] for primera in range(LOTES)]
    puntos = pd.concat(sumar.map(lotes).result()).groupby("tienda").sum()
    INFORME.parent.mkdir(parents=True, exist_ok=True)
    puntos.rename("puntos").reset_index().to_parquet(INFORME, index=False)


if __name__ == "__main__":
    puntos_por_tienda()
