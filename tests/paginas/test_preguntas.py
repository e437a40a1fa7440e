"""«¿Qué saldrá?»: cada opción de cada pregunta, también las falsas, lleva su prueba."""

import re
from pathlib import Path

import pytest

from motor.rutas import DOCS, RAIZ

PREGUNTA = re.compile(
    r"\*\*¿Qué saldrá\?\*\*.+\n\n"
    r"(?P<opciones>(?:- \*\*[a-e]\)\*\* .+\n)+)\n"
    r'\?\?\? success "La respuesta"\n\n'
    r"(?P<respuesta>(?: {4}.+\n)+)"
)
SIN_PREGUNTA = {"instalacion", "tus-archivos"}  # todavía no hay nada que prever
CON_PREGUNTA = ("tutorial", "produccion")
PAGINAS = sorted(
    ruta
    for carpeta in CON_PREGUNTA
    for ruta in (DOCS / carpeta).glob("*.md")
    if ruta.stem not in SIN_PREGUNTA
)


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda ruta: ruta.stem)
def test_cada_opcion_de_cada_pregunta_lleva_su_prueba(pagina: Path) -> None:
    texto = pagina.read_text("utf-8")
    preguntas = [*PREGUNTA.finditer(texto)]
    assert preguntas
    assert len(preguntas) == texto.count("**¿Qué saldrá?**")
    for pregunta in preguntas:
        opciones = re.findall(r"- \*\*([a-e])\)", pregunta["opciones"])
        letra, *resto = re.split(r"[LlY]a \*\*([a-e])\*\*", pregunta["respuesta"])
        dichas = dict(zip(resto[::2], resto[1::2], strict=True))
        assert len(opciones) > 1 and not letra.strip()
        assert sorted(dichas) == opciones
        assert all("[✓]" in porque for porque in dichas.values())


def test_las_paginas_estan_en_el_menu() -> None:
    menu = (RAIZ / "mkdocs.yml").read_text("utf-8")
    assert all(pagina.relative_to(DOCS).as_posix() in menu for pagina in PAGINAS)
    assert len(PAGINAS) >= 7
