"""Las mismas ventas, preparadas de varias formas: ¿cuáles reconoce la caché?"""

import pandas as pd
from informe_de_noche import VENTAS, leer, total
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE


@task(cache_policy=INPUTS - "como" + TASK_SOURCE, task_run_name="sumar las {como}")
def sumar_tabla(ventas: pd.DataFrame, como: str) -> float:
    """Suma una tabla; cómo se preparó no cuenta para la clave."""
    return total(ventas)


@flow(log_prints=True)
def mismas_ventas() -> None:
    """Suma cuatro tablas y dice si son iguales a la primera."""
    leidas = leer(VENTAS)
    tablas = {
        "leídas": leidas,
        "leídas otra vez": leer(VENTAS),
        "elegidas": leidas[leidas.columns],
        "recortadas": leidas.iloc[1:],
    }
    for como, tabla in tablas.items():
        print(f"{como}: ¿iguales? {tabla.equals(leidas)}")
        sumar_tabla(tabla, como)


if __name__ == "__main__":
    mismas_ventas()
