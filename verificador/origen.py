"""De qué línea de qué archivo viene lo que se publica, y cómo se nombra."""

from pathlib import Path
from typing import NamedTuple

from motor.rutas import RAIZ


def relativa(ruta: Path) -> Path:
    """La ruta desde la raíz del proyecto, si está dentro."""
    return ruta.relative_to(RAIZ) if ruta.is_relative_to(RAIZ) else ruta


class Origen(NamedTuple):
    """De qué línea de qué archivo viene una línea publicada."""

    archivo: Path
    linea: int

    def __str__(self) -> str:
        return f"{relativa(self.archivo)}:{self.linea}"


def donde(archivo: Path, *textos: str) -> Origen:
    """La línea de un archivo con el primero de los textos que se encuentre; o la primera."""
    lineas = archivo.read_text("utf-8").splitlines() if archivo.is_file() else []
    for texto in filter(None, textos):
        for numero, linea in enumerate(lineas, 1):
            if texto in linea:
                return Origen(archivo, numero)
    return Origen(archivo, 1)
