"""El esquema de quién habla con quién: lo declara la cabecera de la página y lo dibuja Graphviz.

Que cada flecha existe, y que no falta ninguna, lo dicen las pruebas de la página, que miran
los procesos de verdad. Del SVG se vuelve a leer el esquema: lo que se compara es lo que se ve.
"""

import subprocess
import textwrap
from collections.abc import Iterator
from typing import Self
from xml.etree import ElementTree

from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from verificador.figuras import lienzo
from verificador.figuras.grafo import citar
from verificador.figuras.lienzo import SVG

FLECHA = " → "
LETRAS_POR_LINEA = 12  # en un móvil caben así, sin encogerse, dos piezas y una flecha
ESTILO = """
    rankdir=TB; nodesep=0.15; ranksep=0.4; pad=0.02; outputorder=nodesfirst
    node [shape=box, style=rounded, fontname=monospace, fontsize=13, margin="0.12,0.08"]
    edge [arrowsize=0.7, fontname=monospace, fontsize=12]
"""


class Esquema(BaseModel, frozen=True, extra="forbid"):
    """Lo que una página declara de un esquema.

    Attributes:
        piezas: de cada una, su nombre y qué es.
        flechas: de cada una, «una → otra» y qué hace la primera con la segunda.
    """

    piezas: dict[str, str]
    flechas: dict[str, str]

    @model_validator(mode="after")
    def _con_extremos(self) -> Self:
        for flecha in self.flechas:
            sobran = set(flecha.split(FLECHA)) - self.piezas.keys()
            if sobran or len(flecha.split(FLECHA)) != 2:
                pista = "escribe «una pieza → otra», con los nombres de «piezas»"
                raise PydanticCustomError("flecha", pista)
        return self

    @property
    def parejas(self) -> set[tuple[str, ...]]:
        """De dónde a dónde va cada flecha."""
        return {tuple(flecha.split(FLECHA)) for flecha in self.flechas}

    def descripcion(self) -> list[str]:
        """El esquema en palabras, una línea por pieza y por flecha."""
        # Las flechas, en orden: Graphviz las dibuja en el suyo.
        elementos = [*self.piezas.items(), *sorted(self.flechas.items())]
        return [f"{que}: {texto}" for que, texto in elementos]


def leer(svg: str) -> Esquema:
    """Lee el esquema de su dibujo: los textos que se ven y las flechas que hay."""
    piezas, flechas = {}, {}
    for grupo in lienzo.analizar(svg).iter(f"{SVG}g"):
        textos = [texto.text or "" for texto in grupo.findall(f"{SVG}text")]
        if grupo.get("class") == "node":
            piezas[textos[0]] = " ".join(textos[1:])
        elif grupo.get("class") == "edge":
            origen, _, destino = grupo.findtext(f"{SVG}title", "").partition("->")
            flechas[origen + FLECHA + destino] = " ".join(textos)
    return Esquema.model_construct(piezas=piezas, flechas=flechas)


def diferencia(svg: str, declarado: Esquema) -> str:
    """En qué no coinciden el dibujo y lo declarado; vacío si coinciden."""
    return lienzo.diferencia(
        sorted(leer(svg).descripcion()), sorted(declarado.descripcion())
    )


def dibujar(declarado: Esquema) -> str:
    """El dibujo de un esquema, como HTML para la página.

    Raises:
        HerramientaAusente: si no está el programa `dot`, de Graphviz.
    """
    fuente = "\n".join(["digraph {", ESTILO, *sentencias(declarado), "}"])
    orden = [lienzo.buscar("dot"), "-Tsvg"]
    hecho = subprocess.run(orden, input=fuente, text=True, check=True, stdout=-1)
    arbol = ElementTree.fromstring(hecho.stdout)
    return lienzo.publicar(arbol, "esquema", "; ".join(declarado.descripcion()))


def sentencias(declarado: Esquema) -> Iterator[str]:
    """El esquema en el lenguaje de Graphviz."""
    for pieza, que in declarado.piezas.items():
        yield f"{citar(pieza)} [label={citar(f'{pieza}{chr(10)}{que}')}]"
    for flecha, que in sorted(declarado.flechas.items()):
        origen, destino = map(citar, flecha.split(FLECHA))
        rotulo = textwrap.fill(que, LETRAS_POR_LINEA)
        yield f"{origen} -> {destino} [label={citar(rotulo)}]"
