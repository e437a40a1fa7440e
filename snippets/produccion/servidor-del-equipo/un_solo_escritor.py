"""Dos programas escriben a la vez en un archivo de SQLite; aquí no hacen falta ventas."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory


def abrir(archivo: Path) -> sqlite3.Connection:
    """Una conexión que espera su turno un segundo, y sin transacciones automáticas."""
    return sqlite3.connect(archivo, timeout=1, isolation_level=None)


def escribir_a_la_vez(archivo: Path) -> None:
    with closing(abrir(archivo)) as primero, closing(abrir(archivo)) as segundo:
        primero.execute("PRAGMA journal_mode = WAL")  # como el servidor de Prefect
        primero.execute("CREATE TABLE ejecuciones (estado TEXT)")
        primero.execute("BEGIN IMMEDIATE")
        primero.execute("INSERT INTO ejecuciones VALUES ('Completed')")
        try:
            segundo.execute("INSERT INTO ejecuciones VALUES ('Failed')")
        except sqlite3.OperationalError as error:
            print(f"Mientras escribe el primero: {error}")
        leidas = segundo.execute("SELECT count(*) FROM ejecuciones").fetchone()
        print(f"Leer sí puede: {leidas[0]} filas")
        primero.execute("COMMIT")
        segundo.execute("INSERT INTO ejecuciones VALUES ('Failed')")
        leidas = segundo.execute("SELECT count(*) FROM ejecuciones").fetchone()
        print(f"Cuando acaba, escribe el segundo: {leidas[0]} filas")


if __name__ == "__main__":
    with TemporaryDirectory() as carpeta:
        escribir_a_la_vez(Path(carpeta) / "prueba.db")
