"""«Cómo se verifica esta guía» dice de las pruebas lo que las pruebas hacen."""

import re

import pytest

from verificador import plugin
from verificador.pagina import DOCS
from verificador.terminal import LIMITE_S, RAIZ_MOSTRADA

PAGINA = (DOCS / "referencia" / "verificacion.md").read_text("utf-8")
# Las de quien lanza las pruebas: unas máquinas tienen unas y otras, otras.
DE_LA_RED = re.compile(r"(PIP|UV|SSL)_|.*_proxy$", re.IGNORECASE)


@pytest.mark.parametrize("tty", [False, True], ids=["tubería", "terminal"])
def test_la_pagina_nombra_cada_variable_que_el_lector_no_tiene(
    pytestconfig: pytest.Config, tty: bool
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, tty=tty)
    terminal.cerrar()
    propias = [n for n in terminal.entorno if not n.startswith("GUIA_")]
    sin_decir = [n for n in propias if not DE_LA_RED.match(n) and f"`{n}" not in PAGINA]
    assert not sin_decir


def test_la_pagina_dice_el_limite_y_la_carpeta() -> None:
    assert f"un límite de {LIMITE_S} segundos" in PAGINA
    assert f"`{RAIZ_MOSTRADA}`" in PAGINA


def test_la_terminal_del_pase_en_frio_es_la_que_dice_la_pagina(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, tty=True)
    salida = terminal.ejecutar("tput cols; echo TERM=$TERM").salida
    terminal.cerrar()
    columnas, tipo = salida.split()
    assert f"de {columnas} columnas, `{tipo}`" in PAGINA
