"""Reemplaza en una tabla las ventas de un día; la línea se corta en el primer intento."""

from estrategias import reemplazar_dia
from llegadas import del_dia, por_tienda
from prefect import flow, task
from prefect.runtime import task_run
from prefect_sqlalchemy import SqlAlchemyConnector

CONTAR = "SELECT count(*) FROM ventas_diarias WHERE fecha = :dia"


@task(retries=1)
def cargar(dia: str) -> None:
    """Reemplaza el día, todo o nada."""
    llegan = por_tienda(del_dia(dia), se_corta=task_run.run_count == 1)
    with SqlAlchemyConnector.load("postgres") as conector:
        reemplazar_dia(conector.get_engine(), llegan, dia)


@flow(log_prints=True)
def carga_por_dia(dia: str = "2025-12-31") -> None:
    """Carga el día y cuenta las filas que quedan."""
    cargar(dia)
    with SqlAlchemyConnector.load("postgres") as conector:
        (filas,) = conector.fetch_one(CONTAR, {"dia": dia})
    print(f"{len(del_dia(dia))} ventas en el archivo, {filas} filas en la tabla")


if __name__ == "__main__":
    carga_por_dia()
