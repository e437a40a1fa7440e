"""Lo que se rompe en una sesión de pytest, leído de su informe JUnit."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

# Un problema como los escribe `problemas.Problema`: dónde y qué; y, más abajo, el remedio.
PROBLEMA = re.compile(
    r"^(?P<que>[\w./-]+\.\w+(?::\d+)?: .+)\n(?:.*\n)*?Qué hacer: (?P<remedio>.+)",
    re.MULTILINE,
)


class Rotura(NamedTuple):
    """Un bloque o una prueba que no pasa.

    Attributes:
        archivo: el suyo, desde la raíz.
        nombre: el suyo dentro de él, si lo tiene.
        motivo: la primera línea de lo que dice pytest.
        remedio: qué hacer, si lo dice.
    """

    archivo: str
    nombre: str
    motivo: str
    remedio: str = ""

    def __str__(self) -> str:
        return f"{self.nombre}: {self.motivo}" if self.nombre else self.motivo


def leer(informe: Path) -> list[Rotura]:
    """Los casos de un informe (`--junitxml`, familia xunit1) que fallan o no llegan a empezar.

    De un mismo caso salen tantas como problemas cuenta.
    """
    return [
        rotura
        for caso in ElementTree.parse(informe).iter("testcase")
        for fallo in caso
        if fallo.tag in ("failure", "error")
        for rotura in de_un_caso(caso, fallo)
    ]


def de_un_caso(
    caso: ElementTree.Element, fallo: ElementTree.Element
) -> Iterator[Rotura]:
    """Lo que cuenta un caso: cada problema que nombra o, si no, su primera línea."""
    quien = caso.get("file", ""), caso.get("name", "")
    hallados = list(PROBLEMA.finditer(fallo.text or ""))
    for hallado in hallados:
        motivo = hallado["que"].rstrip(":.")
        yield Rotura(*quien, motivo, hallado["remedio"])
    if not hallados:
        yield Rotura(*quien, primera_linea(fallo))


def primera_linea(fallo: ElementTree.Element) -> str:
    """Lo que ha pasado, en una línea."""
    mensaje = fallo.get("message", "")
    if mensaje == "collection failure":  # lo que importa es el final del texto
        return (fallo.text or mensaje).strip().split("\n")[-1].removeprefix("E   ")
    return mensaje.strip().partition("\n")[0]
