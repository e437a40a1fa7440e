import asyncio
from pathlib import Path

import pandas as pd
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

CSV = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
guarda = task(cache_policy=TASK_SOURCE + INPUTS)


async def leer(t):
    await asyncio.sleep(0.3)
    return pd.read_csv(CSV).drop_duplicates().dropna(subset=["precio", "cantidad"]).query("tienda == @t")


@guarda
async def n(tienda: str) -> float:
    return (await leer(tienda)).cantidad.sum()


@guarda
async def mxn(tienda: str) -> float:
    v = await leer(tienda)
    return round((v.cantidad * v.precio).sum(), 2)


@flow(log_prints=True)
async def resumen():
    print(await asyncio.gather(*(f(t) for t in ("Puebla", "Monterrey") for f in (n, mxn))))


if __name__ == "__main__":
    asyncio.run(resumen())
