"""Carga las ventas del año en una base de datos, tienda por tienda, y escribe el informe."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
from prefect import flow, task

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
BASE = Path(__file__).with_name("ventas.db")
INFORME = Path(__file__).with_name("informe.csv")
TIENDAS = ["Ciudad de México", "Guadalajara", "Monterrey", "Puebla"]
COLUMNAS = ["venta_id", "fecha", "tienda", "total"]
CREAR = f"CREATE TABLE IF NOT EXISTS ventas ({', '.join(COLUMNAS)})"
INSERTAR = "INSERT INTO ventas VALUES (?, ?, ?, ?)"
POR_DIA = """
SELECT fecha, tienda, sum(total) FROM ventas
GROUP BY fecha, tienda ORDER BY fecha, tienda
"""


@task(task_run_name="extraer")
def extraer() -> pd.DataFrame:
    """Lee todas las ventas."""
    return pd.read_csv(VENTAS)


@task(task_run_name="limpiar")
def limpiar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Deja las ventas válidas, con su total."""
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    total = (validas["precio"] * validas["cantidad"]).round(2)
    return validas.assign(total=total)[COLUMNAS]


@task(task_run_name="cargar {tienda}")
def cargar(tienda: str, ventas: pd.DataFrame) -> int:
    """Añade las ventas de una tienda, de cien en cien."""
    filas = ventas.values.tolist()
    with closing(sqlite3.connect(BASE)) as conexion:
        conexion.execute(CREAR)
        for primera in range(0, len(filas), 100):
            conexion.executemany(INSERTAR, filas[primera : primera + 100])
            conexion.commit()
    return len(filas)


def sumar_dias() -> list[tuple[str, str, float]]:
    """Lo vendido cada día en cada tienda, según la base de datos."""
    with closing(sqlite3.connect(BASE)) as conexion:
        return conexion.execute(POR_DIA).fetchall()


@task(task_run_name="escribir el informe")
def escribir_informe() -> None:
    """Escribe el informe en su sitio, y cada línea en cuanto la tiene."""
    with INFORME.open("w", encoding="utf-8", buffering=1) as informe:
        for fecha, tienda, total in sumar_dias():
            informe.write(f"{fecha},{tienda},{total:.2f}\n")


@flow(log_prints=True)
def carga_ingenua() -> None:
    """Extrae, limpia, carga cada tienda y escribe el informe."""
    crudas = extraer()
    limpias = limpiar(crudas)
    for tienda in TIENDAS:
        cargar(tienda, limpias[limpias["tienda"] == tienda])
    escribir_informe()
    print("Informe publicado")


if __name__ == "__main__":
    carga_ingenua()
