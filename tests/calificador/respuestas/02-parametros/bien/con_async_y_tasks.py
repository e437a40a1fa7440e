import asyncio
from pathlib import Path
from typing import Annotated

import pandas as pd
from prefect import flow, task
from pydantic import Field

CSV = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@task
async def leer():
    return pd.read_csv(CSV).drop_duplicates().dropna(subset=["precio", "cantidad"])


@flow
async def otra_cosa():
    return 1


@flow(name="¿Cuántas?")
async def f(*, minimo: Annotated[float, Field(ge=0)] = 500, tienda: str = "Puebla"):
    await otra_cosa()
    v = await leer()
    assert tienda in set(v.tienda), "esa tienda no existe"
    return len(v[(v.tienda == tienda) & (v.precio >= minimo)])


if __name__ == "__main__":
    print(asyncio.run(f()))
