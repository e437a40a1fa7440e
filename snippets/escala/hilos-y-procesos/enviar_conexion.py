"""Una conexión no puede ir de un proceso a otro."""

import sqlite3

from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner


@task
def contar(base: sqlite3.Connection) -> int:
    """Las tablas que hay en una base de datos."""
    return base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def contar_con_conexion() -> int:
    """Abre la base de datos y se la da a la task."""
    with sqlite3.connect(":memory:") as base:
        return contar.submit(base).result()


if __name__ == "__main__":
    contar_con_conexion(return_state=True)
