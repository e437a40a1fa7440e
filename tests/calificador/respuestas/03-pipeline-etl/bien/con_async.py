import asyncio
import csv
import os
from decimal import Decimal

import pandas as pd
from prefect import flow, task

os.chdir(os.path.dirname(os.path.abspath(__file__)))
DATA = "../../../data/"


@task
async def a():
    with open(DATA + "ventas.csv", encoding="utf-8") as f:
        return list(csv.DictReader(f))


@task
async def b(filas):
    vistas, total = set(), {}
    for fila in filas:
        clave = tuple(fila.values())
        if clave in vistas or not fila["precio"] or not fila["cantidad"]:
            continue
        vistas.add(clave)
        importe = Decimal(fila["precio"]) * Decimal(fila["cantidad"])
        total[fila["tienda"]] = total.get(fila["tienda"], 0) + importe
    return sorted(total.items(), key=lambda x: -x[1])


@task
async def c(total):
    os.makedirs(DATA + "output", exist_ok=True)
    tabla = pd.DataFrame(total, columns=["tienda", "ingresos"])
    tabla["ingresos"] = tabla["ingresos"].astype(float).round(2)
    tabla.to_parquet(DATA + "output/ingresos_por_tienda.parquet")


@flow
async def main():
    await c(await b(await a()))


asyncio.run(main())
