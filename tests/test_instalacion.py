"""Lo que la página de instalación no ejecuta, o promete sin enseñarlo."""

import os
import re

import pytest

from verificador.pagina import DOCS, RAIZ
from verificador.terminal import Terminal


def test_la_pagina_instala_el_uv_del_lock() -> None:
    # Con otra versión, uv se sustituiría a sí mismo mientras instala la lista.
    (del_lock,) = re.findall(
        r"^uv==[\d.]+", (RAIZ / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    pagina = (DOCS / "tutorial" / "instalacion.md").read_text("utf-8")
    assert re.findall(r"uv==[\d.]+", pagina) == [del_lock]


@pytest.mark.skipif("CI" not in os.environ, reason="pip tarda minutos: solo en la CI")
def test_instalar_solo_con_pip_tambien_funciona(terminal: Terminal) -> None:
    terminal.limite_s = 600
    instalacion = terminal.ejecutar(
        "cd ../../..\npython -m venv .venv\nsource .venv/bin/activate\n"
        "python -m pip install --quiet --no-deps -r requirements.txt\n"
        "python -m pip check\npython -c 'import prefect'"
    )
    assert instalacion.codigo == 0, instalacion.salida
    assert "No broken requirements found" in instalacion.salida
