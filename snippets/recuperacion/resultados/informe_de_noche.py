"""El informe de cada noche: suma las tiendas, una a una, y guarda cada total."""

import os
import sys
from pathlib import Path
from typing import IO

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
TIENDAS = ["Ciudad de México", "Guadalajara", "Monterrey", "Puebla"]


def leer(archivo: Path | IO[bytes]) -> pd.DataFrame:
    """Las ventas válidas de un archivo."""
    ventas = pd.read_csv(archivo)
    return ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])


def total(ventas: pd.DataFrame) -> float:
    """Lo que suman unas ventas."""
    return round(float((ventas["precio"] * ventas["cantidad"]).sum()), 2)


@task(cache_policy=INPUTS + TASK_SOURCE, task_run_name="sumar {tienda}")
def sumar(tienda: str) -> float:
    """Lo vendido en una tienda."""
    ventas = leer(VENTAS)
    return total(ventas[ventas["tienda"] == tienda])


@flow(log_prints=True)
def informe_de_noche(se_apaga_en: str = "") -> None:
    """Suma todas las tiendas, salvo que antes se apague la máquina."""
    for tienda in TIENDAS:
        if tienda == se_apaga_en:
            os._exit(1)  # el proceso desaparece, como en un apagón
        print(f"{tienda}: {sumar(tienda):.2f} MXN")


if __name__ == "__main__":
    informe_de_noche(*sys.argv[1:])
