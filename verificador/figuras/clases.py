"""Las clases de figura de una página: se reconocen por el final del nombre de su archivo."""

from enum import StrEnum
from pathlib import Path


class ClaseDeFigura(StrEnum):
    """Cada clase, con el final del nombre de sus archivos."""

    GRAFO = ".grafo.svg"
    CRONOGRAMA = ".cronograma.svg"
    GRABACION = ".cast"
    CAPTURA = ".captura.md"
    ESQUEMA = ".esquema.svg"
    GRAFICA = ".grafica.svg"


def clase_de(archivo: Path) -> ClaseDeFigura | None:
    """La clase de una figura; ninguna, si el archivo no es una figura."""
    return next((c for c in ClaseDeFigura if archivo.name.endswith(c)), None)


def nombre_de(figura: Path) -> str:
    """El nombre de una figura, sin lo que dice su clase."""
    return figura.name.removesuffix(clase_de(figura))
