"""Añade a una tabla las ventas de un día; la línea se corta en el primer intento."""

from llegadas import del_dia, por_tienda
from prefect import flow, task
from prefect.runtime import task_run
from prefect_sqlalchemy import SqlAlchemyConnector


@task(retries=1)
def cargar(dia: str) -> None:
    """Añade las ventas de cada tienda según llegan."""
    llegan = por_tienda(del_dia(dia), se_corta=task_run.run_count == 1)
    with SqlAlchemyConnector.load("postgres") as conector:
        motor = conector.get_engine()
        for ventas in llegan:
            ventas.to_sql("carga_por_tiendas", motor, if_exists="append", index=False)


@flow(log_prints=True)
def carga_por_tiendas(dia: str = "2025-12-31") -> None:
    """Carga el día y cuenta las filas que quedan."""
    cargar(dia)
    with SqlAlchemyConnector.load("postgres") as conector:
        (filas,) = conector.fetch_one("SELECT count(*) FROM carga_por_tiendas")
    print(f"{len(del_dia(dia))} ventas en el archivo, {filas} filas en la tabla")


if __name__ == "__main__":
    carga_por_tiendas()
