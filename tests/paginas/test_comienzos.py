"""Cómo empieza cada página del tutorial: lo que dura, lo que hay que leer antes y qué guardar."""

import re
from pathlib import Path

import pytest

from motor.rutas import DOCS
from verificador import duracion
from verificador.pagina import leer_pagina
from verificador.texto import sitio_configurado

MAXIMO_MIN = 30
(TUTORIAL,) = (
    parte["Tutorial"] for parte in sitio_configurado().nav if "Tutorial" in parte
)
PAGINAS = [DOCS / ruta for entrada in TUTORIAL for ruta in entrada.values()]
CON_MINUTOS = [*PAGINAS, DOCS / "guias" / "datos-dudosos.md"]


@pytest.mark.parametrize("pagina", CON_MINUTOS, ids=lambda ruta: ruta.stem)
def test_cada_pagina_del_tutorial_dice_sus_minutos(pagina: Path) -> None:
    leida = leer_pagina(pagina)
    assert leida.minutos == duracion.minutos(leida) <= MAXIMO_MIN


@pytest.mark.parametrize("pagina", PAGINAS[2:], ids=lambda ruta: ruta.stem)
def test_lo_que_hay_que_leer_antes_va_antes(pagina: Path) -> None:
    (antes,) = re.findall(
        r"^Antes, lee \[[^\]]+\]\(([\w-]+\.md)\)\.",
        pagina.read_text("utf-8"),
        re.MULTILINE,
    )
    assert pagina.with_name(antes) in PAGINAS[: PAGINAS.index(pagina)]


@pytest.mark.parametrize("pagina", PAGINAS[2:], ids=lambda ruta: ruta.stem)
def test_el_primer_programa_dice_como_guardarlo(pagina: Path) -> None:
    texto = pagina.read_text("utf-8")
    antes, _, archivo = texto.partition('```python title="')
    nombre = re.escape(archivo.partition('"')[0])
    ya_guardado = rf'\?\?\? example "{nombre}"\n\n\s*\Z'
    dicho = rf"[Gg]u[aá]rda(?:lo|la)?\b[^.]*`{nombre}`"
    assert re.search(dicho, antes) or re.search(ya_guardado, antes)
