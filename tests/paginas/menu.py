"""Las páginas en el orden en que se leen: el del menú de la web."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from motor.rutas import DOCS
from verificador.pagina import leer_pagina
from verificador.texto import sitio_configurado

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


def parte(nombre: str) -> list[Path]:
    """Las páginas de una pestaña del menú."""
    (entradas,) = (p[nombre] for p in sitio_configurado().nav if nombre in p)
    return list(en_orden(entradas))


PAGINAS = list(en_orden(sitio_configurado().nav))
TUTORIAL = parte("Tutorial")


def titulo(pagina: Path) -> str:
    """El que encabeza una página."""
    return TITULO.search(pagina.read_text("utf-8"))[1]


@cache
def programas(pagina: Path) -> dict[str, str]:
    """Los que la página manda guardar, con su código."""
    bloques = leer_pagina(pagina).bloques
    return {b.valla.titulo: b.valla.codigo for b in bloques if b.valla.titulo}
