import sqlite3
from contextlib import closing

from prefect import flow, task


@task(task_run_name="contar en {tienda}")
def contar(conexion: sqlite3.Connection, tienda: str) -> int:
    """Cuenta las ventas de una tienda."""
    consulta = "SELECT count(*) FROM ventas WHERE tienda = ?"
    (cuantas,) = conexion.execute(consulta, [tienda]).fetchone()
    return cuantas


@flow(log_prints=True)
def informe() -> None:
    """Crea una tabla en la memoria y cuenta las ventas de Puebla."""
    with closing(sqlite3.connect(":memory:")) as conexion:
        conexion.execute("CREATE TABLE ventas (tienda TEXT)")
        filas = [("Puebla",), ("Monterrey",), ("Puebla",)]
        conexion.executemany("INSERT INTO ventas VALUES (?)", filas)
        print(f"Ventas de Puebla: {contar(conexion, 'Puebla')}")


if __name__ == "__main__":
    informe()
