"""Lo vendido por tienda: una task le pide a DuckDB el año entero."""

from pathlib import Path

import duckdb
import pandas as pd
from prefect import flow, task

VENTAS = Path(__file__).resolve().parents[3] / "data" / "output" / "ventas_por_mes"
UNAS = " + ".join(f"codigo // {10**n} % 10" for n in range(0, 13, 2))
OTRAS = " + ".join(f"codigo // {10**n} % 10" for n in range(1, 13, 2))
CONSULTA = f"""
    SELECT tienda, round(sum(precio * cantidad), 2) AS importe
    FROM read_parquet($archivos)
    WHERE (({UNAS}) + 3 * ({OTRAS})) % 10 = 0
    GROUP BY tienda
    ORDER BY tienda
"""


@task
def sumar_con_duckdb(carpeta: Path) -> pd.Series:
    """Lo vendido por tienda, sin las ventas de código imposible."""
    archivos = {"archivos": str(carpeta / "*.parquet")}
    with duckdb.connect() as base:
        return base.execute(CONSULTA, archivos).df().set_index("tienda")["importe"]


@flow
def informe_sql(carpeta: Path = VENTAS) -> pd.Series:
    """El año, con una consulta."""
    return sumar_con_duckdb(carpeta)


if __name__ == "__main__":
    for tienda, importe in informe_sql().items():
        print(f"{tienda}: {importe:.2f} MXN")
