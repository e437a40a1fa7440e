"""Las partes del menú de la web, y los programas de cada página."""

from functools import cache
from pathlib import Path

from verificador.menu import en_orden, titulo
from verificador.pagina import leer_pagina
from verificador.texto import sitio_configurado

__all__ = ["PAGINAS", "TUTORIAL", "parte", "programas", "titulo"]


def parte(nombre: str) -> list[Path]:
    """Las páginas de una pestaña del menú."""
    (entradas,) = (p[nombre] for p in sitio_configurado().nav if nombre in p)
    return list(en_orden(entradas))


PAGINAS = list(en_orden(sitio_configurado().nav))
TUTORIAL = parte("Tutorial")


@cache
def programas(pagina: Path) -> dict[str, str]:
    """Los que la página manda guardar, con su código."""
    bloques = leer_pagina(pagina).bloques
    return {b.valla.titulo: b.valla.codigo for b in bloques if b.valla.titulo}
