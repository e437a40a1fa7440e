import time
from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect.tasks import task_input_hash

csv = Path(__file__).resolve().parents[3] / "data/ventas.csv"


def clave(contexto, argumentos):
    return contexto.task.name + task_input_hash(contexto, argumentos)


@task(cache_key_fn=clave, persist_result=True)
def cuantas(nombre):
    time.sleep(0.3)
    v = pd.read_csv(csv).drop_duplicates().dropna(subset=["precio", "cantidad"])
    return v[v.tienda == nombre].cantidad.sum()


@task(cache_key_fn=clave, persist_result=True)
def cuanto(nombre):
    time.sleep(0.3)
    v = pd.read_csv(csv).drop_duplicates().dropna(subset=["precio", "cantidad"])
    v = v[v.tienda == nombre]
    return (v.cantidad * v.precio).sum()


@task(log_prints=True)
def contar_algo(tabla):
    print(tabla)


@flow
def f():
    filas = []
    for n in ["Monterrey", "Puebla"]:
        filas.append((n, cuantas(n), cuanto(n)))
    cuantas("Puebla")
    contar_algo([f"{a}: {b:,.0f} uds., {c:,.2f} $" for a, b, c in filas])


f()
