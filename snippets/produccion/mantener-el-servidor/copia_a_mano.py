"""Copiar el archivo de una base de datos en uso no es copiar la base de datos."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory


def contar(archivo: Path) -> str:
    """Cuántas ejecuciones hay en un archivo de SQLite, o por qué no se sabe."""
    with closing(sqlite3.connect(archivo)) as base:
        try:
            return str(base.execute("SELECT count(*) FROM ejecuciones").fetchone()[0])
        except sqlite3.Error as error:
            return str(error)


def copiar_en_uso(carpeta: Path) -> None:
    original, copia = carpeta / "prefect.db", carpeta / "copia.db"
    with closing(sqlite3.connect(original, isolation_level=None)) as servidor:
        servidor.execute("PRAGMA journal_mode = WAL")  # como el servidor de Prefect
        servidor.execute("CREATE TABLE ejecuciones (estado TEXT)")
        servidor.execute("INSERT INTO ejecuciones VALUES ('Completed')")
        shutil.copy(original, copia)
        print("Original:", contar(original))
        print("Copia:   ", contar(copia))
        print("Archivos:", *sorted(ruta.name for ruta in carpeta.glob("prefect.db*")))


if __name__ == "__main__":
    with TemporaryDirectory() as carpeta:
        copiar_en_uso(Path(carpeta))
