"""Lo que está mal en una página, dicho siempre igual: dónde, qué y qué hacer."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from verificador.origen import Origen


@dataclass(frozen=True)
class Problema:
    """Un error de quien escribe la página.

    Attributes:
        donde: página (o archivo) y línea.
        que: qué está mal.
        remedio: qué hacer, como orden a quien escribe.
    """

    donde: Origen | Path
    que: str
    remedio: str

    def __str__(self) -> str:
        punto = "" if self.que.endswith("\n") else ".\n"
        return f"{self.donde}: {self.que}{punto}Qué hacer: {self.remedio}"


class PaginaRota(Exception):
    """Una página que no se puede leer como está; el mensaje trae todos sus problemas."""

    def __init__(self, problemas: Iterable[Problema]) -> None:
        self.problemas = list(problemas)
        super().__init__("\n\n".join(map(str, self.problemas)))


def exigir(problemas: Iterable[Problema]) -> None:
    """Comprueba que no hay ningún problema.

    Raises:
        PaginaRota: si hay alguno.
    """
    if problemas := list(problemas):
        raise PaginaRota(problemas)


def sugerencia(escrito: str, validos: Collection[str]) -> str:
    """Lo que seguramente se quería escribir y, si no se parece a nada, todo lo que vale."""
    cercanos = difflib.get_close_matches(escrito, validos, 1)
    if cercanos:
        return f"¿querías escribir «{cercanos[0]}»?"
    return f"valen: {', '.join(sorted(validos))}."
