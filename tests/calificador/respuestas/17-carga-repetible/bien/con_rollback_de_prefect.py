import shutil
import sqlite3
from contextlib import closing

import tiendas
from prefect import flow, task
from prefect.transactions import transaction

COPIA = tiendas.ALMACEN.with_suffix(".copia")


@task
def copiar():
    tiendas.ALMACEN.parent.mkdir(parents=True, exist_ok=True)
    sqlite3.connect(tiendas.ALMACEN).close()
    shutil.copy(tiendas.ALMACEN, COPIA)


@copiar.on_rollback
def devolver(txn):
    shutil.copy(COPIA, tiendas.ALMACEN)


@task
def cargar(dia):
    with closing(sqlite3.connect(tiendas.ALMACEN, isolation_level=None)) as base:
        base.execute(f"CREATE TABLE IF NOT EXISTS ventas ({', '.join(tiendas.COLUMNAS)})")
        base.execute("DELETE FROM ventas WHERE fecha = ?", [dia])
        for tanda in tiendas.recibir(dia):
            base.executemany("INSERT INTO ventas VALUES (?, ?, ?, ?, ?)", tanda)


@flow
def carga():
    with transaction():
        copiar()
        cargar(tiendas.hoy())


carga()
