"""Lo que ha entrado en el almacén y lo que está en la cuarentena."""

import sqlite3
from contextlib import closing

from cargar_cajas import ALMACEN, CUARENTENA

if __name__ == "__main__":
    with closing(sqlite3.connect(ALMACEN)) as base:
        (cajas,) = base.execute("SELECT count(DISTINCT caja) FROM ventas").fetchone()
    print(f"En el almacén hay {cajas} cajas")
    for nota in sorted(CUARENTENA.glob("*.motivo.txt")):
        print(f"{nota.name}: {nota.read_text('utf-8')}")
