"""Carga una venta en una base de datos que otro programa tiene ocupada."""

import sqlite3
from contextlib import closing
from pathlib import Path

from prefect import flow, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import task_run
from prefect.tasks import Task

ALMACEN = Path(__file__).resolve().parents[3] / "data" / "output" / "almacen.db"
BIEN = "INSERT INTO ventas VALUES ('Puebla', 239)"
MAL = "INSERT INTO bentas VALUES ('Puebla', 239)"


def abrir(espera_s: float) -> sqlite3.Connection:
    """Una conexión que, si la base de datos está ocupada, espera esos segundos."""
    return sqlite3.connect(ALMACEN, timeout=espera_s, isolation_level=None)


def esta_ocupada(tarea: Task, ejecucion: TaskRun, estado: State) -> bool:
    """Solo eso se arregla esperando: una tabla que no existe seguirá sin existir."""
    error = estado.result(raise_on_failure=False)
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


@task(retries=3, retry_delay_seconds=0.2, retry_condition_fn=esta_ocupada)
def cargar(orden: str) -> None:
    """Carga una venta. El otro programa acaba justo antes del tercer intento."""
    if task_run.run_count == 3:
        otro_programa.execute("COMMIT")
    with closing(abrir(espera_s=0.1)) as base:
        base.execute(orden)


@flow(log_prints=True)
def carga_en_base_ocupada() -> None:
    """Una orden que se puede hacer esperando, y otra que no."""
    for orden in (BIEN, MAL):
        cargar(orden)
        print(f"Hecho: {orden}")


if __name__ == "__main__":
    ALMACEN.parent.mkdir(parents=True, exist_ok=True)
    with closing(abrir(espera_s=5)) as otro_programa:
        otro_programa.execute("CREATE TABLE IF NOT EXISTS ventas (tienda, total)")
        otro_programa.execute("BEGIN IMMEDIATE")  # desde aquí, nadie más escribe
        carga_en_base_ocupada()
