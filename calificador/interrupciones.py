"""Ctrl+C, Ctrl+\\, cerrar la terminal o que alguien lo mande: se contesta y se acaba enseguida."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Self

from calificador.averias import Codigo

PACIENCIA_S = 5  # lo que se deja para terminar por las buenas
AVISO = "\nDeteniendo…\n"
VER_CURSOR = "\033[?25h"  # lo oculta el aviso de que se está trabajando


class Interrupciones:
    """Convierte la primera señal en `KeyboardInterrupt`; las siguientes no estorban."""

    def __init__(self) -> None:
        self.al_llegar: Callable[[], object] = lambda: None
        self._primera: float | None = None
        self._anteriores = {}

    def __enter__(self) -> Self:
        self._anteriores = {s: signal.signal(s, self._recibir) for s in senales()}
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        error: BaseException | None,
        traza: TracebackType | None,
    ) -> None:
        for senal, anterior in self._anteriores.items():
            signal.signal(senal, anterior)

    @property
    def llegada(self) -> bool:
        """Si ya ha llegado alguna."""
        return self._primera is not None

    def _recibir(self, senal: int, marco: FrameType | None) -> None:
        if self._primera is None:
            self._primera = time.monotonic()
            avisar(AVISO)
            callar()
            self.al_llegar()
            raise KeyboardInterrupt
        if time.monotonic() - self._primera > PACIENCIA_S:
            if os.isatty(1):
                avisar(VER_CURSOR)
            os._exit(Codigo.INTERRUMPIDO)


def senales() -> list[signal.Signals]:
    """Las que piden terminar; Windows no las tiene todas."""
    nombres = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
    return [getattr(signal, nombre) for nombre in nombres if hasattr(signal, nombre)]


def atender_todas() -> None:
    """Desde ahora cualquiera de ellas es `KeyboardInterrupt`, como Ctrl+C."""
    for senal in senales():
        signal.signal(senal, signal.default_int_handler)


def avisar(texto: str) -> None:
    """Escribe sin pasar por Python, que puede estar a media línea."""
    codificacion = sys.__stdout__.encoding if sys.__stdout__ else "utf-8"
    with suppress(OSError):  # quien lo leía ya no está
        os.write(1, texto.encode(codificacion, "replace"))


def callar() -> None:
    """Que lo que se rompe al cerrar a medias no llegue a la terminal: ya nadie lo usa."""
    sys.unraisablehook = lambda _: None
    threading.excepthook = lambda _: None
