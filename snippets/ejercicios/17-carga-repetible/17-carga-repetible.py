"""Ejercicio 17: una carga que se puede repetir."""

import sqlite3
from contextlib import closing

from prefect import flow, task
from tiendas import ALMACEN, hoy, recibir

CREAR = """
    CREATE TABLE IF NOT EXISTS ventas
    (venta_id INTEGER, fecha TEXT, tienda TEXT, precio REAL, cantidad REAL)
"""
INSERTAR = "INSERT INTO ventas VALUES (?, ?, ?, ?, ?)"
BORRAR = "DELETE FROM ventas WHERE fecha = ?"


@task
def cargar(dia: str) -> None:
    """Reemplaza las ventas del día en una sola transacción."""
    ALMACEN.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(ALMACEN)) as base, base:
        base.execute(CREAR)
        base.execute(BORRAR, (dia,))
        for ventas in recibir(dia):
            base.executemany(INSERTAR, ventas)


@flow(log_prints=True)
def carga_repetible() -> None:
    """Carga el día que toca."""
    cargar(hoy())


if __name__ == "__main__":
    carga_repetible()
