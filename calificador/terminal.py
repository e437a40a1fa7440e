"""Lo que la terminal puede tener de raro: flujos cerrados, anchuras imposibles, pocas letras."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console

from calificador.averias import SIN_TERMINAL, Averia, Codigo

ANCHO_MINIMO, ANCHO_MAXIMO, ALTO = 40, 200, 25


class Salida:
    """La salida del programa; si no se puede escribir en ella, lo dice y no lo repite."""

    def __getattr__(self, nombre: str) -> object:
        return getattr(sys.stdout, nombre)

    def write(self, texto: str) -> int:
        with self._a_salvo():
            return sys.stdout.write(texto)

    def flush(self) -> None:
        with self._a_salvo():
            sys.stdout.flush()

    @contextmanager
    def _a_salvo(self) -> Iterator[None]:
        """Convierte los errores al escribir.

        Raises:
            SystemExit: si quien leía, como `head -1`, ya tiene lo que quería.
            Averia: si no cabe.
        """
        try:
            yield
        except BrokenPipeError:
            olvidar_salida()
            sys.exit(Codigo.AVERIA)
        except OSError:
            olvidar_salida()
            raise Averia(*SIN_TERMINAL) from None


def consola() -> Console:
    """La consola del calificador, con un ancho en el que quepa algo."""
    # Si no se da el alto, lo busca en LINES, que puede no ser un número.
    return Console(file=Salida(), highlight=False, width=ancho(), height=ALTO)


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


def olvidar_salida() -> None:
    """Que Python, al terminar, no vuelva a intentar escribir lo que no se puede."""
    nada = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nada, 1)
    os.close(nada)


def decir_error(texto: str) -> None:
    """Escribe en la salida de errores, si hay quien la lea."""
    with suppress(OSError):
        print(texto, file=sys.stderr, flush=True)
