"""Las mismas ventas, preparadas de varias formas: ¿cuáles reconoce la caché?"""

import pandas as pd
from informe_de_noche import VENTAS
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE


@task(cache_policy=INPUTS - "como" + TASK_SOURCE, task_run_name="sumar las {como}")
def sumar_ventas(ventas: pd.DataFrame, como: str) -> float:
    """Suma una tabla; cómo se preparó no cuenta para la clave."""
    return float((ventas["precio"] * ventas["cantidad"]).sum())


@flow(log_prints=True)
def mismas_ventas() -> None:
    """Suma cuatro tablas y dice si son iguales a la primera."""
    leidas = pd.read_csv(VENTAS)
    tablas = {
        "leídas": leidas,
        "leídas otra vez": pd.read_csv(VENTAS),
        "elegidas": leidas[leidas.columns],
        "recortadas": leidas.iloc[1:],
    }
    for como, tabla in tablas.items():
        print(f"{como}: ¿iguales? {tabla.equals(leidas)}")
        sumar_ventas(tabla, como)


if __name__ == "__main__":
    mismas_ventas()
