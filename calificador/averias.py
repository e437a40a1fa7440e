"""Con qué termina el calificador y lo que le impide trabajar: nunca se confunde con un fallo.

Que al ejercicio le falte algo es una respuesta; que el disco esté lleno, no. Lo segundo es
una `Averia`: dice qué ha pasado y qué hacer, y termina con su propio código.
"""

import errno
import shutil
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import Self

MINIMO_LIBRE = 100_000  # bytes: con menos, ni siquiera cabe la traza que lo diría


class Codigo(IntEnum):
    """Los códigos con los que termina."""

    BIEN = 0, "todo lo comprobado está bien"
    FALTA = 1, "a algún ejercicio le falta algo"
    MAL_PEDIDO = 2, "lo que pides no existe o no se entiende"
    AVERIA = 3, "el calificador no puede trabajar: no dice nada de tu ejercicio"
    INTERRUMPIDO = 130, "lo has interrumpido"

    def __new__(cls, codigo: int, significado: str) -> Self:
        nuevo = int.__new__(cls, codigo)
        nuevo._value_, nuevo.significado = codigo, significado
        return nuevo


class Averia(Exception):
    """Algo impide al calificador trabajar, y no es el ejercicio.

    Attributes:
        que: qué pasa, en una frase.
        remedio: qué hacer.
    """

    def __init__(self, que: str, remedio: str) -> None:
        super().__init__(f"{que} {remedio}")
        self.que, self.remedio = que, remedio


SIN_DISCO = (
    "No queda espacio en el disco.",
    "Libera espacio, o define TMPDIR con una carpeta de otro disco, y vuelve a probar.",
)
SIN_ARCHIVOS = (
    "El sistema no deja abrir más archivos.",
    "Cierra otros programas o abre otra terminal; «ulimit -n» dice el límite, y con menos de "
    "256 no puedo trabajar.",
)
SIN_PROCESOS = (
    "El sistema no puede arrancar más procesos, o le falta memoria.",
    "Cierra otros programas y vuelve a probar.",
)
SIN_PERMISO = (
    "El sistema no me da permiso.",
    "Mira de quién es ese archivo o esa carpeta, y si se puede leer y escribir en ella.",
)
SIN_TAMANO = (
    "El sistema no deja escribir un archivo tan grande.",
    "«ulimit -f» dice el límite: quítalo con «ulimit -f unlimited», o abre otra terminal.",
)
DESAPARECIDO = (
    "Ya no está algo que necesito.",
    "¿Se ha borrado o movido tu carpeta, o la de la terminal? Entra otra vez con cd y vuelve "
    "a probar.",
)
SIN_TERMINAL = (
    "No puedo escribir mi respuesta.",
    "Mira a dónde la envías: quizá ese archivo está en un disco lleno.",
)
POR_ERROR_DEL_SISTEMA = {
    errno.ENOSPC: SIN_DISCO,
    errno.EDQUOT: SIN_DISCO,
    errno.EMFILE: SIN_ARCHIVOS,
    errno.ENFILE: SIN_ARCHIVOS,
    errno.EAGAIN: SIN_PROCESOS,
    errno.ENOMEM: SIN_PROCESOS,
    errno.EACCES: SIN_PERMISO,
    errno.EPERM: SIN_PERMISO,
    errno.EROFS: SIN_PERMISO,
    errno.EFBIG: SIN_TAMANO,
    errno.ENOENT: DESAPARECIDO,
}
# Lo mismo, en lo que imprime un programa que no lo ha atendido.
POR_TEXTO = (
    ("No space left on device", SIN_DISCO),
    ("Disk quota exceeded", SIN_DISCO),
    ("database or disk is full", SIN_DISCO),
    ("File too large", SIN_TAMANO),
    ("Too many open files", SIN_ARCHIVOS),
    ("can't start new thread", SIN_PROCESOS),
    ("Resource temporarily unavailable", SIN_PROCESOS),
    ("Cannot allocate memory", SIN_PROCESOS),
)


def del_sistema(error: OSError) -> Averia | None:
    """La avería que hay detrás de un error del sistema, si es de las previstas."""
    if error.errno not in POR_ERROR_DEL_SISTEMA:
        return None
    que, remedio = POR_ERROR_DEL_SISTEMA[error.errno]
    donde = f" («{error.filename}»)" if error.filename else ""
    return Averia(f"{que.removesuffix('.')}{donde}.", remedio)


def en_el_disco(carpeta: Path) -> Averia | None:
    """La avería de no tener sitio en una carpeta, si es el caso."""
    with suppress(OSError):  # ya no está
        if shutil.disk_usage(carpeta).free < MINIMO_LIBRE:
            return Averia(*SIN_DISCO)
    return None


def en_lo_impreso(salida: str) -> Averia | None:
    """La avería que cuenta la traza de un programa: le habría pasado a cualquiera."""
    for texto, explicacion in POR_TEXTO:
        if texto in salida:
            return Averia(*explicacion)
    return None
