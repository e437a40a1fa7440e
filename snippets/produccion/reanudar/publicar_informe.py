"""Calcula el informe y no lo publica hasta que una persona lo aprueba."""

from pathlib import Path
from typing import Literal

import pandas as pd
from prefect import flow, pause_flow_run, task
from prefect.input import RunInput

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


class Aprobacion(RunInput):
    """Lo que se le pregunta a quien aprueba."""

    quien: str
    decision: Literal["publicar", "descartar"]


@task(log_prints=True)
def calcular() -> float:
    """Suma lo vendido en el año."""
    print("Calculando…")
    ventas = pd.read_csv(VENTAS).drop_duplicates().dropna(subset=["precio", "cantidad"])
    return float((ventas["precio"] * ventas["cantidad"]).sum())


@flow(log_prints=True)
def publicar_informe() -> None:
    """Calcula, pregunta y publica."""
    print(f"El año suma {calcular():.2f} MXN. ¿Se publica?")
    respuesta = pause_flow_run(wait_for_input=Aprobacion, poll_interval=1)
    print(f"{respuesta.quien} ha dicho: {respuesta.decision}")


if __name__ == "__main__":
    publicar_informe()
