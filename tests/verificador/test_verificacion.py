"""«Cómo se verifica esta guía» dice de las pruebas lo que las pruebas hacen."""

import re
from pathlib import Path

import pytest

from motor.rutas import DOCS
from verificador import casa, plugin
from verificador.taller import Taller, TallerFrio
from verificador.terminal import RAIZ_MOSTRADA

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


def test_la_pagina_dice_la_carpeta_del_lector() -> None:
    assert f"`{RAIZ_MOSTRADA}`" in PAGINA


def test_la_carpeta_de_cada_pagina_tiene_un_espacio_y_una_tilde(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.cerrar()
    assert f"(`{terminal.raiz.parent.name}`)" in PAGINA
    assert {" ", "í"} <= set(terminal.raiz.parent.name)


def test_la_terminal_del_pase_en_frio_es_la_que_dice_la_pagina(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False, tty=True)
    salida = terminal.ejecutar("tput cols; echo TERM=$TERM").salida
    terminal.cerrar()
    columnas, tipo = salida.split()
    assert f"de {columnas} columnas, `{tipo}`" in PAGINA


def test_cada_pagina_tiene_su_propio_servidor(pytestconfig: pytest.Config) -> None:
    taller: Taller = pytestconfig.stash[plugin.TALLER]
    una, otra = taller.terminal(), taller.terminal()
    try:
        crear = "prefect work-pool create locales --type process"
        assert una.ejecutar(crear).codigo == 0
        assert "locales" in una.ejecutar("prefect work-pool ls").salida
        assert "locales" not in otra.ejecutar("prefect work-pool ls").salida
    finally:
        una.cerrar()
        otra.cerrar()


def test_en_frio_no_queda_nada_preparado(tmp_path: Path) -> None:
    """El `python` del entorno, una terminal, la casa por estrenar y los ajustes de la página."""
    taller = TallerFrio(tmp_path)
    try:
        terminal = taller.terminal(servidor=False)
        hecho = terminal.ejecutar(
            "python -c 'import sys; print(sys.stdout.isatty(), sys.executable)'\n"
            "ls ~/.prefect; env | grep -E 'LATIDO|DO_NOT_TRACK|ANALYTICS|UNBUFFERED' || true"
        )
        assert f"True {RAIZ_MOSTRADA}/.venv/bin/python\n" in hecho.salida
        assert "profiles.toml" in hecho.salida
        assert not re.search("prefect.db|LATIDO|TRACK|ANALYTICS|UNBUF", hecho.salida)
        ajustes = casa.orden_de_ajustes().split()[3:]
        guardados = (terminal.prefect / "profiles.toml").read_text("utf-8")
        assert all(ajuste.replace("=", ' = "') in guardados for ajuste in ajustes)
    finally:
        taller.cerrar()
