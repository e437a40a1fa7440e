"""Lo que dura cada página del tutorial, y lo que hay que leer antes."""

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


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda ruta: ruta.stem)
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
