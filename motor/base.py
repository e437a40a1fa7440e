"""La base de datos vacía de Prefect, guardada entre una vez y otra.

Con ella se guarda la memoria de Prefect de lo que ya apuntó en ella. Crearla y apuntarlo es
casi todo lo que tarda un servidor en arrancar. Es solo un atajo: si no está, no es de fiar o
no se puede escribir, el servidor la crea.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from motor.prefect_por_dentro import BASE_DE_DATOS, MEMORIA, TABLA_DE_MIGRACIONES


def base_vacia(cache: Path) -> Path:
    """Dónde se guarda la que deja el primer arranque de Prefect.

    La memoria que la acompaña solo vale para una base con su nombre y de esa versión.
    """
    return cache / f"{version('prefect')}-{BASE_DE_DATOS}"


def memoria_de(base: Path) -> Path:
    """Dónde se guarda la memoria de Prefect de lo que ya apuntó en una base guardada."""
    return base.with_suffix(".toml")


def partir_de(cache: Path | None, destino: Path) -> bool:
    """Deja en su sitio la base guardada, si la hay y es de fiar; dice si la ha dejado."""
    destino.parent.mkdir(exist_ok=True)
    destino.unlink(missing_ok=True)
    destino.with_name(MEMORIA).unlink(missing_ok=True)
    if cache is None:
        return False
    guardada = base_vacia(cache)
    try:
        if not es_de_fiar(guardada):
            return False
        shutil.copyfile(guardada, destino)
        shutil.copyfile(memoria_de(guardada), destino.with_name(MEMORIA))
    except OSError:
        destino.unlink(missing_ok=True)
        destino.with_name(MEMORIA).unlink(missing_ok=True)
        return False
    return True


def es_de_fiar(guardada: Path) -> bool:
    """Si es de este usuario y una base de datos entera, con las migraciones hechas.

    Raises:
        OSError: si no se puede leer.
    """
    if not guardada.is_file() or not memoria_de(guardada).is_file():
        return False
    if hasattr(os, "getuid") and guardada.stat().st_uid != os.getuid():
        return False
    try:
        with closing(sqlite3.connect(guardada)) as base:
            (estado,) = base.execute("PRAGMA quick_check(1)").fetchone()
            migraciones = base.execute(
                f"SELECT * FROM {TABLA_DE_MIGRACIONES}"
            ).fetchall()
    except sqlite3.Error:
        return False
    return estado == "ok" and bool(migraciones)


def guardar_base(viva: Path, destino: Path) -> None:
    """Copia una base de datos en uso, y la deja en su sitio de una vez.

    Así no estorba a otro proceso que esté haciendo lo mismo.

    Raises:
        OSError: si ahí no se puede escribir.
        sqlite3.Error: si no cabe, o la que está en uso no se puede leer.
    """
    destino.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    copia = destino.with_name(f"{os.getpid()}.db")
    try:
        with (
            closing(sqlite3.connect(viva)) as original,
            closing(sqlite3.connect(copia)) as foto,
        ):
            original.backup(foto)
        shutil.copyfile(viva.with_name(MEMORIA), memoria_de(copia))
        memoria_de(copia).replace(memoria_de(destino))
        copia.replace(destino)
    finally:
        copia.unlink(missing_ok=True)
        memoria_de(copia).unlink(missing_ok=True)
