"""Lo que la terminal puede tener de raro: flujos cerrados, anchuras imposibles, pocas letras."""

import os
import shutil
import sys
from contextlib import suppress
from typing import NoReturn

from rich.console import Console

from calificador.averias import Codigo

ANCHO_MINIMO, ANCHO_MAXIMO, ALTO = 40, 200, 25


class Consola(Console):
    """La de siempre, con un ancho en el que quepa algo y sin su código de error."""

    def __init__(self) -> None:
        # Si no se da el alto, lo busca en LINES, que puede no ser un número.
        super().__init__(highlight=False, width=ancho(), height=ALTO)

    def on_broken_pipe(self) -> NoReturn:
        """Quien leía, como `head -1`, ya tiene lo que quería: se calla y se termina."""
        olvidar_salida()
        sys.exit(Codigo.AVERIA)


def ancho() -> int:
    """Las columnas de la terminal, dentro de lo razonable."""
    return min(max(shutil.get_terminal_size().columns, ANCHO_MINIMO), ANCHO_MAXIMO)


def preparar_flujos() -> None:
    """Deja abiertos los tres flujos de todo programa, y que quepa en ellos cualquier letra.

    Quien lo lanza con `>&-` no quiere leer nada; pero lo siguiente que se abriera ocuparía
    el lugar de su salida, y ahí acabaría lo que se imprima.
    """
    for numero, nombre in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(numero)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # toma el primer número libre: este
        if getattr(sys, nombre) is None:
            modo = "w" if numero else "r"
            setattr(sys, nombre, os.fdopen(numero, modo, encoding="utf-8"))
    for flujo in (sys.stdout, sys.stderr):  # hay terminales sin todas las letras
        flujo.reconfigure(errors="replace")


def se_puede_escribir() -> bool:
    """Si lo que se imprime llega a alguna parte; entrega lo que quedaba."""
    try:
        sys.stdout.flush()
    except OSError:
        return False
    return True


def olvidar_salida() -> None:
    """Que Python, al terminar, no vuelva a intentar escribir lo que no se puede."""
    nada = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nada, 1)
    os.close(nada)


def decir_error(texto: str) -> None:
    """Escribe en la salida de errores, si hay quien la lea."""
    with suppress(OSError):
        print(texto, file=sys.stderr, flush=True)
