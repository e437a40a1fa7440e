"""Copia la base de datos del servidor, sin pararlo, y comprueba la copia."""

import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

from prefect.settings import get_current_settings

RAIZ = Path(__file__).resolve().parents[3]
COPIAS = RAIZ / "data" / "output" / "copias"


def copiar(destino: Path) -> None:
    """Copia la base de datos en otro archivo y cuenta lo que hay en la copia."""
    original = get_current_settings().home / "prefect.db"
    if not original.exists():
        raise SystemExit(
            f"No hay ninguna base de datos de Prefect en {original.parent}"
        )
    with (
        closing(sqlite3.connect(original)) as base,
        closing(sqlite3.connect(destino)) as copia,
    ):
        base.backup(copia)
        (resultado,) = copia.execute("PRAGMA integrity_check").fetchone()
        (runs,) = copia.execute("SELECT count(*) FROM flow_run").fetchone()
    print(f"Comprobación: {resultado}. Ejecuciones en la copia: {runs}")


if __name__ == "__main__":
    COPIAS.mkdir(parents=True, exist_ok=True)
    con_fecha = COPIAS / f"prefect-{datetime.now():%Y-%m-%d-%H%M%S}.db"
    copiar(Path(sys.argv[1]) if len(sys.argv) > 1 else con_fecha)
