"""Las páginas en el orden en que se leen: el del menú de la web."""

import re
from collections.abc import Iterator
from pathlib import Path

from motor.rutas import DOCS

TITULO = re.compile(r"^# (.+?)(?: \{.*)?$", re.MULTILINE)


def en_orden(menu: str | list | dict) -> Iterator[Path]:
    """Las páginas de un menú, o de una parte suya."""
    match menu:
        case str(ruta):
            yield DOCS / ruta
        case dict():
            yield from en_orden(list(menu.values()))
        case _:
            for entrada in menu:
                yield from en_orden(entrada)


def titulo(pagina: Path) -> str:
    """El que encabeza una página."""
    return TITULO.search(pagina.read_text("utf-8"))[1]
