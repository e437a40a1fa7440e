"""El mismo informe, con SQL sobre los archivos Parquet."""

import sys

import duckdb
from informe_entero import VENTAS
from poca_memoria import como_mucho
from prefect import flow, task

CONSULTA = """
    SELECT tienda, sum(cantidad * round(precio * 100)::BIGINT)::BIGINT
    FROM read_parquet($archivos)
    GROUP BY tienda
    ORDER BY tienda
"""


@task
def sumar_con_sql(megas: int | None) -> dict[str, int]:
    """DuckDB lee los archivos por trozos."""
    archivos = str(VENTAS / "*.parquet")
    ajustes = {"memory_limit": "100MB", "threads": 1}
    with como_mucho(megas), duckdb.connect(config=ajustes) as base:
        return dict(base.execute(CONSULTA, {"archivos": archivos}).fetchall())


@flow(log_prints=True)
def informe_con_duckdb(megas: int | None = None) -> None:
    """Suma el año con una consulta."""
    print(sumar_con_sql(megas))


if __name__ == "__main__":
    informe_con_duckdb(*map(int, sys.argv[1:]))
