"""Cómo acaba cada página: qué sigue, y que lo que deja hecho no estropea la siguiente."""

import os
import re
from pathlib import Path

import pytest
from menu import PAGINAS, programas, titulo

from calificador.ejercicios import leer_catalogo
from motor.rutas import DOCS
from verificador.pagina import leer_pagina

SECCION = re.compile(
    r"^## [^\n]+\{ #(?:pruebalo|variacion) \}\n(.*?)(?=^## |\Z)", re.M | re.S
)
PUNTO = re.compile(r"^\d+\. ", re.MULTILINE)
EDITA = re.compile(
    r"\b(?:cambia|añade|quita|borra|mueve|pon|sustituye|haz que)\b", re.I
)
DESHACE = re.compile(r"\b(?:deshaz|devuélvelo|en una copia)\b", re.IGNORECASE)
NOMBRE = re.compile(r"`([\w-]+\.py)`")
SIGUIENTE = re.compile(r"^Siguiente: (.*)", re.MULTILINE)
BORRA = re.compile(
    r"\bprefect (?:-\S+ )*[a-z-]+ (?:[a-z-]+ )?(?:delete|unset) [^`\n|]+"
)
SIN_PREGUNTAR = re.compile(r" (?:--no-prompt|--yes|-y)\b")
# Las páginas que no llevan a la que las sigue en el menú, y por qué.
A_OTRO_SITIO = {
    "guias/pedir-ayuda.md": (
        "conceptos/siguientes-pasos.md",
        "«Dar clase» es para quien enseña",
    ),
}
SIN_SIGUIENTE = {
    "index.md": "su último párrafo da a elegir",
    "ejercicios/index.md": "su tabla lleva a cada uno",
    f"ejercicios/{leer_catalogo()[-1].nombre}.md": "es el último",
}


def usados_despues(pagina: Path) -> set[str]:
    """Los programas que usan las páginas siguientes, o que importa otro programa."""
    siguientes = PAGINAS[PAGINAS.index(pagina) + 1 :]
    codigos = [c for otra in PAGINAS for c in programas(otra).values()]
    importados = {
        m for c in codigos for m in re.findall(r"^from (\w+) import", c, re.M)
    }
    return {n for otra in siguientes for n in programas(otra)} | {
        f"{modulo}.py" for modulo in importados
    }


def sin_deshacer(seccion: str, propio: str, usados: set[str]) -> list[str]:
    """Los puntos que cambian un programa que hace falta después y así lo dejan.

    Args:
        seccion: el texto de «Pruébalo tú» o de «Ve más lejos».
        propio: el programa del que hablan los puntos que no nombran ninguno.
        usados: los que hacen falta después.
    """
    entrada, *puntos = PUNTO.split(seccion)
    if DESHACE.search(entrada):
        return []
    rotos: list[str] = []
    for punto in puntos:
        nombrados = NOMBRE.findall(punto)
        propio = nombrados[0] if nombrados else propio
        if EDITA.search(punto) and {propio, *nombrados} & usados:
            rotos.append(punto)
        if DESHACE.search(punto) and rotos:
            rotos.pop()
    return rotos


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda ruta: ruta.stem)
def test_lo_que_se_prueba_no_rompe_un_programa_que_hace_falta_despues(
    pagina: Path,
) -> None:
    usados = usados_despues(pagina)
    for seccion in SECCION.findall(pagina.read_text("utf-8")):
        assert not sin_deshacer(seccion, f"{pagina.stem}.py", usados)


@pytest.mark.parametrize(
    ("seccion", "rotos"),
    [
        ("\n1. En `a.py`, quita algo.\n2. Ejecuta `a.py`.\n", 1),
        ("\n1. En `a.py`, quita algo. Deshaz el cambio.\n", 0),
        ("\n1. En `a.py`, quita algo.\n2. Repítelo. Deshaz el cambio.\n", 0),
        ("\n1. En `a.py`, quita algo.\n2. Cambia otra cosa. Deshaz el cambio.\n", 1),
        ("\nTrabaja en una copia.\n\n1. En `a.py`, quita algo.\n", 0),
        ("\n1. Ejecuta `a.py`.\n2. Añade una línea.\n", 1),
        ("\n1. En `b.py`, quita algo.\n", 0),
        ("\n1. Añade algo a tu programa.\n", 1),
    ],
)
def test_se_nota_el_punto_que_deja_roto_un_programa(seccion: str, rotos: int) -> None:
    assert len(sin_deshacer(seccion, "propio.py", {"a.py", "propio.py"})) == rotos


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda ruta: ruta.stem)
def test_lo_que_se_deja_en_marcha_se_dice_como_pararlo(pagina: Path) -> None:
    """Salvo el servidor de Prefect, que sigue encendido hasta el final."""
    leida = leer_pagina(pagina)
    en_marcha = (b.valla for b in leida.bloques if "servicio" in b.marcas)
    servicios = [v for v in en_marcha if v.codigo.strip() != "prefect server start"]
    limites = [*(v.inicio for v in servicios[1:]), len(leida.texto)]
    for valla, limite in zip(servicios, limites, strict=bool(servicios)):
        despues = "\n".join(linea for linea, *_ in leida.texto[valla.fin : limite])
        assert "++ctrl+c++" in despues, valla.codigo


def de_seguido() -> list[Path]:
    """Las páginas que se leen una tras otra: todas, menos las de consulta."""
    return [p for p in PAGINAS if DOCS / "referencia" not in p.parents]


@pytest.mark.parametrize("pagina", de_seguido(), ids=lambda ruta: ruta.stem)
def test_siguiente_es_la_del_menu_y_lleva_su_titulo(pagina: Path) -> None:
    nombre = pagina.relative_to(DOCS).as_posix()
    dichas = SIGUIENTE.findall(pagina.read_text("utf-8"))
    assert bool(dichas) is (nombre not in SIN_SIGUIENTE)
    siguiente = PAGINAS[PAGINAS.index(pagina) + 1]
    if nombre in A_OTRO_SITIO:
        siguiente = DOCS / A_OTRO_SITIO[nombre][0]
    ruta = os.path.relpath(siguiente, pagina.parent)
    for dicha in dichas:
        assert dicha.startswith(f"[{titulo(siguiente)}]({ruta})")


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda p: p.stem)
def test_ninguna_orden_que_borra_se_queda_preguntando(pagina: Path) -> None:
    """A quien pega varias líneas, la segunda le contestaría a la pregunta de la primera."""
    lineas = pagina.read_text("utf-8").splitlines()
    preguntan = [
        orden
        for linea in lineas
        for orden in BORRA.findall(linea)
        if not SIN_PREGUNTAR.search(orden) and "contestas `y`" not in linea
    ]
    assert preguntan == []
