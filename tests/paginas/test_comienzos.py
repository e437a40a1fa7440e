"""Cómo empieza cada página que se estudia: lo que dura, qué leer antes y qué guardar."""

import re
from pathlib import Path

import pytest
from menu import TUTORIAL, parte

from motor.rutas import DOCS
from verificador import duracion
from verificador.pagina import leer_pagina

MAXIMO_MIN = 30
PALABRAS_POR_LINEA = 2
# Las guías que no se estudian de principio a fin, y por qué.
DE_CONSULTA = {
    "guias/pedir-ayuda.md": "se abre cuando algo falla, por el error que toca",
    "guias/dar-clase.md": "es para quien enseña, no para quien aprende",
    "conceptos/ventajas.md": "ayuda a decidir: no hay nada que dejar hecho",
    "conceptos/siguientes-pasos.md": "es la puerta de su sección",
}


TODAS = [
    *parte("Guías prácticas"),
    *parte("Producción"),
    *parte("Recuperarse de un fallo"),
    *parte("Más datos"),
]
GUIAS = [ruta for ruta in TODAS if str(ruta.relative_to(DOCS)) not in DE_CONSULTA]
PAGINAS = [*TUTORIAL, *GUIAS]


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda ruta: ruta.stem)
def test_cada_pagina_que_se_estudia_dice_sus_minutos(pagina: Path) -> None:
    leida = leer_pagina(pagina)
    assert leida.minutos == duracion.minutos(leida) <= MAXIMO_MIN


@pytest.mark.parametrize("guia", DE_CONSULTA)
def test_las_guias_de_consulta_existen_y_no_piden_minutos(guia: str) -> None:
    assert DOCS / guia in TODAS
    assert leer_pagina(DOCS / guia).minutos is None


@pytest.mark.parametrize("pagina", PAGINAS[2:], ids=lambda ruta: ruta.stem)
def test_lo_que_hay_que_leer_antes_va_antes(pagina: Path) -> None:
    (antes,) = re.findall(
        r"^Antes, lee \[[^\]]+\]\(([\w./-]+\.md)\)\.",
        pagina.read_text("utf-8"),
        re.MULTILINE,
    )
    assert (pagina.parent / antes).resolve() in PAGINAS[: PAGINAS.index(pagina)]


@pytest.mark.parametrize("pagina", GUIAS, ids=lambda ruta: ruta.stem)
def test_las_guias_avisan_de_que_hace_falta_el_servidor(pagina: Path) -> None:
    """En el tutorial lo dice, de una vez, «La interfaz local»."""
    comienzo, _, _ = pagina.read_text("utf-8").partition("\n## ")
    assert re.search(r"^Necesitas el \[.*\bservidor\b", comienzo, re.MULTILINE)
    assert "(../tutorial/ui-local.md#en-marcha)" in comienzo


@pytest.mark.parametrize("pagina", TUTORIAL[2:], ids=lambda ruta: ruta.stem)
def test_la_idea_va_antes_que_el_programa(pagina: Path) -> None:
    """Cuanto más largo es el primer programa que se ve, más se cuenta antes de él."""
    cuerpo = pagina.read_text("utf-8").split("---", 2)[2]
    antes, _, archivo = cuerpo.partition('\n```python title="')  # plegado, con sangría
    if not archivo:
        return  # todos sus programas están plegados
    nombre = archivo.partition('"')[0]
    (programa, *_) = [v for _, v in leer_pagina(pagina).vallas if v.titulo == nombre]
    palabras = len(re.findall(r"\w{2,}", sin_marcas(antes)))
    assert palabras >= PALABRAS_POR_LINEA * len(programa.codigo.splitlines())


def sin_marcas(texto: str) -> str:
    """El texto sin comentarios, inclusiones ni lo que sostiene sus frases."""
    return re.sub(r"<!--.*?-->|--8<--.*|\[✓\][\[(].*?[\])]|\]\([^)]*\)", " ", texto)


@pytest.mark.parametrize("pagina", PAGINAS[2:], ids=lambda ruta: ruta.stem)
def test_el_primer_programa_dice_como_guardarlo(pagina: Path) -> None:
    texto = pagina.read_text("utf-8")
    antes, _, archivo = texto.partition('```python title="')
    nombre = re.escape(archivo.partition('"')[0])
    ya_guardado = rf'\?\?\? example "{nombre}"\n\n\s*\Z'
    dicho = rf"(?:[Gg]u[aá]rda|[Cc]ópia)(?:lo|la)?\b[^.]*`{nombre}`"
    assert re.search(dicho, antes) or re.search(ya_guardado, antes)
