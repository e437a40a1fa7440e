"""Devuelve al disco el sitio que ya no usa la base de datos del servidor."""

import sqlite3
from contextlib import closing

from prefect.settings import get_current_settings


def paginas(base: sqlite3.Connection) -> tuple[int, int]:
    """Las que ocupa la base de datos y, de ellas, las que no guardan nada."""
    (todas,) = base.execute("PRAGMA page_count").fetchone()
    (libres,) = base.execute("PRAGMA freelist_count").fetchone()
    return todas, libres


def compactar() -> None:
    archivo = get_current_settings().home / "prefect.db"
    if not archivo.exists():
        raise SystemExit(f"No hay ninguna base de datos de Prefect en {archivo.parent}")
    with closing(sqlite3.connect(archivo, timeout=60)) as base:
        antes, libres = paginas(base)
        print("Hay sitio libre dentro" if libres else "No hay sitio libre dentro")
        base.execute("VACUUM")
        despues, libres = paginas(base)
    print("Ahora ocupa menos" if despues < antes else "Ocupa lo mismo")
    print("Sigue habiendo sitio libre" if libres else "Y no queda sitio libre dentro")


if __name__ == "__main__":
    compactar()
