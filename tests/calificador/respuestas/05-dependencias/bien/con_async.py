import asyncio
import os
import time
from pathlib import Path

import pandas as pd
from prefect import flow, task

BASE = Path(os.path.abspath(__file__)).parents[3] / "data"


@task
async def t(que):
    await asyncio.sleep(1)
    return pd.read_csv(BASE / (que + ".csv"))


@task
def todo(u, p, v):
    v = v[~v.duplicated()]
    v = v[v.precio.notna() & v.cantidad.notna()]
    v = v.merge(u[["usuario_id", "ciudad"]]).merge(p[["producto_id", "costo"]])
    v["margen"] = (v.precio - v.costo) * v.cantidad
    g = v.groupby("ciudad", as_index=False).margen.sum()
    (BASE / "output").mkdir(exist_ok=True)
    g.to_parquet(BASE / "output" / "margen_por_ciudad.parquet")
    return g


@flow
async def principal():
    antes = time.time()
    v, u, p = await asyncio.gather(t("ventas"), t("usuarios"), t("productos"))
    g = todo(u, p, v).set_index("ciudad").margen
    print(f"{g.idxmax()}: {g.max():.2f} pesos en {time.time() - antes:.3f}s")


asyncio.run(principal())
