"""Los esquemas: el dibujo es el que la página declara, y lo que declara se enseña."""

from collections.abc import Callable

import pytest

from motor.rutas import DOCS, SNIPPETS
from verificador.figuras import esquema
from verificador.pagina import Pagina, leer_pagina
from verificador.problemas import PaginaRota

NOMBRE = "quien-habla-con-quien"
SVG = f"tutorial/ui-local/{NOMBRE}.esquema.svg"
CABECERA = f"""---
esquemas:
  {NOMBRE}:
    piezas: {{uno: tu programa, otro: el servidor}}
    flechas: {{uno → otro: pregunta}}
---
"""
ORDEN = "```bash\ntrue\n```\n"
FIGURA = f'\n--8<-- "{SVG}"\n'


@pytest.mark.parametrize(
    ("cambio", "otro"),
    [
        ("cuenta lo", "calla lo"),  # lo que se lee
        ("-&gt;prefect.db", "-&gt;navegador"),  # a dónde llega una flecha
        ('class="node"', 'class="nada"'),  # las piezas que hay
    ],
)
def test_un_dibujo_que_no_es_el_declarado_se_nota(cambio: str, otro: str) -> None:
    declarado = leer_pagina(DOCS / "tutorial/ui-local.md").esquemas[NOMBRE]
    svg = (SNIPPETS / SVG).read_text("utf-8")
    assert not esquema.diferencia(svg, declarado)
    assert cambio in svg
    assert esquema.diferencia(svg.replace(cambio, otro), declarado)


@pytest.mark.parametrize(
    ("escrito", "queja"),
    [
        (ORDEN + FIGURA, "el esquema «quien-habla-con-quien» no está en la cabecera"),
        (CABECERA + ORDEN, "declara el esquema «quien-habla-con-quien» y no lo enseña"),
        (
            CABECERA.replace("uno → otro", "uno → nadie") + ORDEN + FIGURA,
            "escribe «una pieza → otra»",
        ),
        (
            CABECERA.replace("piezas:", "pieza:") + ORDEN + FIGURA,
            "nadie conoce la clave «esquemas.quien-habla-con-quien.pieza»",
        ),
    ],
)
def test_lo_que_se_declara_se_ensena_y_al_reves(
    leer: Callable[[str], Pagina], escrito: str, queja: str
) -> None:
    assert leer(CABECERA + ORDEN + FIGURA).esquemas
    with pytest.raises(PaginaRota) as error:
        leer(escrito)
    assert queja in str(error.value)
