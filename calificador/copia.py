"""La copia de la carpeta de un estudiante: lo que sirve para ejecutar sus programas.

En una carpeta puede haber de todo: enlaces en círculo, tuberías, archivos sin permiso o de
un gigabyte. Nada de eso impide corregir: se deja fuera y se recuerda por qué.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from motor.rutas import RAIZ

CABE_UNO = 20_000_000  # bytes: los datos de la guía ocupan mil veces menos
CABEN = 100_000_000
MAXIMO = 2000  # archivos, y también carpetas
SOBRAN = {"__pycache__", "output", "node_modules"}
ENTORNO_VIRTUAL = "pyvenv.cfg"


class Copia:
    """Lo que se ha copiado de una carpeta.

    Attributes:
        fuera: el motivo por el que no está cada archivo que falta.
    """

    def __init__(self, destino: Path) -> None:
        self.destino = destino
        self.fuera: dict[str, str] = {}
        self._bytes = 0

    def copiar(self, origen: Path, primero: tuple[str, ...] = ()) -> None:
        """Copia lo que se pueda de una carpeta, si existe.

        Args:
            origen: la del estudiante.
            primero: lo que no puede quedarse fuera aunque haya demasiados archivos.

        Raises:
            OSError: si la carpeta no se puede leer, o no hay sitio para la copia.
        """
        self.destino.mkdir(parents=True, exist_ok=True)
        if not origen.is_dir():
            return
        suyos = [origen / nombre for nombre in primero if (origen / nombre).exists()]
        for ruta in [*suyos, *islice(archivos(origen, self.destino), MAXIMO)]:
            destino = self.destino / ruta.relative_to(origen)
            if not destino.exists():
                self._copiar_uno(ruta, destino)

    def _copiar_uno(self, ruta: Path, destino: Path) -> None:
        contenido = self._leer(ruta)
        if contenido is None:
            return
        try:
            destino.parent.mkdir(parents=True, exist_ok=True)
            destino.write_bytes(contenido)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            self.fuera[ruta.name] = "su ruta es demasiado larga"
        self._bytes += len(contenido)

    def _leer(self, ruta: Path) -> bytes | None:
        """Lo que hay en un archivo; si no se puede o no se debe leer, nada."""
        try:
            ocupa = ruta.stat().st_size
            if not ruta.is_file():
                self.fuera[ruta.name] = "no es un archivo corriente"
            elif ocupa > CABE_UNO:
                self.fuera[ruta.name] = f"ocupa {ocupa // 1_000_000} MB"
            elif self._bytes + ocupa > CABEN:
                self.fuera[ruta.name] = "la carpeta ocupa demasiado"
            else:
                with ruta.open("rb") as archivo:
                    return archivo.read(ocupa)  # hay archivos, los de /proc, sin final
        except OSError as error:
            self.fuera[ruta.name] = f"el sistema dice: {error.strerror}"
        return None


def archivos(carpeta: Path, menos: Path) -> Iterator[Path]:
    """Los de una carpeta y las de dentro, de lo más cercano a lo más hondo.

    Args:
        carpeta: la del estudiante.
        menos: no entra en la que contiene esta otra.

    Raises:
        OSError: si la carpeta no se puede leer.
    """
    vistas = {carpeta.resolve()}
    pendientes = [carpeta]
    os.scandir(carpeta).close()  # de las de dentro se prescinde; de esta, no
    while pendientes and len(vistas) < MAXIMO:
        for ruta in visibles(pendientes.pop(0)):
            if not es_carpeta(ruta):
                yield ruta
            elif (real := ruta.resolve()) not in vistas and interesa(
                real, carpeta, menos
            ):
                vistas.add(real)
                pendientes.append(ruta)


def es_carpeta(ruta: Path) -> bool:
    """Como `is_dir`, también donde no se deja ni preguntar."""
    with suppress(OSError):
        return ruta.is_dir()
    return False


def existe(ruta: Path) -> bool:
    """Como `exists`, también donde no se deja ni preguntar."""
    with suppress(OSError):
        return ruta.exists()
    return False


def visibles(carpeta: Path) -> list[Path]:
    """Lo que hay en una carpeta, salvo lo oculto y lo que se vuelve a generar."""
    with suppress(OSError):
        return [
            ruta
            for ruta in sorted(carpeta.iterdir())
            if not ruta.name.startswith(".") and ruta.name not in SOBRAN
        ]
    return []


def interesa(real: Path, carpeta: Path, menos: Path) -> bool:
    """Si hay que entrar en una carpeta: es del proyecto y no vuelve a la que se copia."""
    suya = carpeta.resolve()
    return (
        (real.is_relative_to(suya) or real.is_relative_to(RAIZ))
        and not suya.is_relative_to(real)
        and not menos.is_relative_to(real)
        and not existe(real / ENTORNO_VIRTUAL)
    )
