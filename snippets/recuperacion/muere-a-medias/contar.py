"""Compara lo que ha quedado con lo que debería haber: ventas perdidas, dobles e informe."""

import sqlite3
from contextlib import closing

from carga_ingenua import BASE, INFORME, extraer, limpiar


def ventas_cargadas() -> list[int]:
    """Las que hay en la base de datos; la misma, las veces que esté."""
    with closing(sqlite3.connect(BASE)) as conexion:
        return [venta for (venta,) in conexion.execute("SELECT venta_id FROM ventas")]


def lineas_del_informe() -> list[str]:
    """Las del informe; ninguna, si no está."""
    return INFORME.read_text("utf-8").splitlines() if INFORME.exists() else []


if __name__ == "__main__":
    deben, hay = set(limpiar.fn(extraer.fn())["venta_id"]), ventas_cargadas()
    perdidas, dobles = len(deben - set(hay)), len(hay) - len(set(hay))
    print(f"{len(hay)} ventas cargadas: {perdidas} perdidas, {dobles} dobles")
    lineas = lineas_del_informe()
    pesos = sum(float(linea.split(",")[2]) for linea in lineas)
    print(f"{len(lineas)} líneas en el informe: {pesos:.2f} pesos")
