import os
import time
from time import sleep

import pandas as pd
from prefect import flow, task

BASE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../data"))
OUT = os.path.join(BASE, "output")


@task
def read_sales():
    sleep(1)
    df = pd.read_csv(os.path.join(BASE, "ventas.csv"))
    return df[~df.duplicated()].dropna()


@task
def read_users():
    sleep(1)
    return pd.read_csv(os.path.join(BASE, "usuarios.csv"), index_col="usuario_id")


@task
def read_products():
    sleep(1)
    return pd.read_csv(os.path.join(BASE, "productos.csv"), index_col="producto_id")


@task
def join(sales, users, products):
    return sales.join(users, on="usuario_id", rsuffix="_u").join(
        products, on="producto_id", rsuffix="_p"
    )


@task
def report(df):
    df["margen"] = (df.precio - df.costo) * df.cantidad
    out = df.groupby("ciudad").margen.sum().to_frame().reset_index()
    os.makedirs(OUT, exist_ok=True)
    out.to_parquet(os.path.join(OUT, "margen_por_ciudad.parquet"))
    return out


@flow(name="my flow")
def main():
    t0 = time.time()
    futures = [read_sales.submit(), read_users.submit(), read_products.submit()]
    tables = [f.result() for f in futures]  # después de lanzar las tres
    out = report(join(*tables))
    best = out.loc[out.margen.idxmax()]
    print(best.ciudad, "en", time.time() - t0)


main()
