import sqlite3

import pandas as pd
import tiendas
from prefect import flow, task


@task
def recoger(dia):
    return [venta for tanda in tiendas.recibir(dia) for venta in tanda]


@task
def guardar(dia, ventas):
    tiendas.ALMACEN.parent.mkdir(parents=True, exist_ok=True)
    nuevas = pd.DataFrame(ventas, columns=tiendas.COLUMNAS)
    with sqlite3.connect(tiendas.ALMACEN) as base:
        try:
            antes = pd.read_sql(
                "SELECT * FROM ventas WHERE fecha <> ?", base, params=[dia]
            )
        except pd.errors.DatabaseError:
            antes = nuevas.iloc[:0]
        todas = pd.concat([antes, nuevas]).assign(cargada="hoy")
        todas.to_sql("ventas", base, if_exists="replace", index=False)


@flow(name="una-carga-con-pandas")
def carga():
    dia = tiendas.hoy()
    guardar(dia, recoger(dia))


carga()
