from pathlib import Path

import duckdb
from prefect import flow, task

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
CONSULTA = """
    SELECT tienda::VARCHAR AS tienda, count(*) AS ventas,
           round(sum(cantidad * precio), 2) AS total,
           round(avg(cantidad * precio), 2) AS media
    FROM read_parquet($1) GROUP BY tienda
"""


@task
def resumir():
    return duckdb.execute(CONSULTA, [str(SALIDA / "ventas_por_mes" / "*.parquet")]).df()


@flow
def resumen():
    resumir().to_parquet(SALIDA / "por_tienda.parquet")


if __name__ == "__main__":
    resumen()
