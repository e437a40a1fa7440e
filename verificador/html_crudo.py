"""El HTML que una página escribe a mano, y el código que se disfraza de texto.

Un bloque de código solo puede ser una valla: es lo único que se ejecuta. Por eso cada
etiqueta escrita a mano, y cada atributo, tiene que estar en `ETIQUETAS`.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag
from markdown import Markdown
from markdown.util import HtmlStash

from verificador.figuras.clases import clase_de
from verificador.marcas import origen_de
from verificador.problemas import Problema
from verificador.texto import Linea, sin_extensiones
from verificador.vallas import Valla, sin_vallas

# Los valores que admite cada atributo; ninguno, si vale cualquiera.
Atributos = dict[str, set[str]]
ETIQUETAS: dict[str, Atributos] = {
    # El README, que no es de MkDocs, separa así las líneas de su presentación en inglés.
    "br": {},
    # La parrilla de tarjetas del tema, y lo que enseña la portada.
    "div": {
        "class": {"grid cards", "guia-escaparate", "guia-grabacion__pantalla"},
        "markdown": set(),
        "inert": set(),
    },
    # La grabación de la portada: lo que guia.js convierte en un reproductor.
    "figure": {"class": {"guia-grabacion"}, "data-search-exclude": set()},
    "template": {},
    "figcaption": {},
    "p": {},
    "a": {"href": set()},
    "button": {
        "type": {"button"},
        "class": {"guia-grabacion__mando"},
        "disabled": set(),
    },
}
# Lo que guarda en el mismo almacén que el HTML crudo, o ya se ha expandido y apartado.
SIN_CRUDO = {
    "fenced_code",
    "pymdownx.emoji",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.keys",
    "pymdownx.snippets",
    "pymdownx.superfences",
    "toc",
}
# Los títulos y las celdas de tabla sí pueden ser solo código.
COMO_CODIGO = "code, kbd, [style*=font], [style*=white-space]"
PARRAFOS = "p:not(.admonition-title), li, dd, blockquote, figcaption"
# Como los cierra un navegador, que no es como los cierra Markdown.
COMENTARIO = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
DECLARACION = re.compile(r"<([!?])")
REMEDIO = "si es código, escríbelo en una valla ```lenguaje, que se ejecuta; si no, usa Markdown."


class Almacen(HtmlStash):
    """Donde Markdown aparta el HTML crudo: apunta las etiquetas que encuentra."""

    def __init__(self) -> None:
        super().__init__()
        self.etiquetas: list[tuple[str, dict[str, str | None]]] = []

    def store(self, html: str | etree.Element) -> str:
        if isinstance(html, str):
            self.etiquetas += etiquetas(html)
        else:
            self.etiquetas += [(e.tag, dict(e.attrib)) for e in html.iter()]
        return super().store(html)


@cache
def lector_de_html() -> Markdown:
    """El Markdown de la web, sin lo que no hace falta para ver su HTML crudo."""
    return sin_extensiones(SIN_CRUDO)


def etiquetas(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Las etiquetas que abre un trozo de HTML, con sus atributos."""
    halladas = []
    analizador = HTMLParser()
    analizador.CDATA_CONTENT_ELEMENTS = ()
    analizador.handle_starttag = lambda nombre, atributos: halladas.append(
        (nombre, dict(atributos))
    )
    visible = COMENTARIO.sub("", html)
    analizador.feed(visible)
    analizador.close()
    return halladas + [(d, {}) for d in DECLARACION.findall(visible)]


def crudo_que_no_vale(lineas: list[Linea], vallas: list[Valla]) -> Iterator[Problema]:
    """El HTML de la página que no está en `ETIQUETAS`."""
    textos = [
        "" if origen and clase_de(origen.archivo) else texto
        for texto, (_, origen) in zip(sin_vallas(lineas, vallas), lineas, strict=True)
    ]
    markdown = lector_de_html()
    markdown.reset()
    markdown.htmlStash = Almacen()
    markdown.convert("\n".join(textos))
    for nombre, atributos in markdown.htmlStash.etiquetas:
        if queja := reparo(nombre, atributos):
            numero = linea_de(nombre, textos)
            yield Problema(origen_de(lineas, numero), queja, REMEDIO)


def reparo(nombre: str, atributos: dict[str, str | None]) -> str:
    """Por qué no se admite una etiqueta; vacío si se admite."""
    if nombre not in ETIQUETAS:
        return f"HTML escrito a mano: <{nombre}>"
    admitidos = ETIQUETAS[nombre]
    for atributo, valor in atributos.items():
        valores = admitidos.get(atributo)
        if valores is None or (valores and valor not in valores):
            return f"HTML escrito a mano: <{nombre} {atributo}={valor!r}>"
    return ""


def linea_de(etiqueta: str, textos: list[str]) -> int:
    """La primera línea que escribe una etiqueta, o una declaración que no es comentario."""
    final = r"(?![\w-])" if etiqueta.isalnum() else r"(?!--)"
    patron = re.compile(f"<{re.escape(etiqueta)}{final}", re.IGNORECASE)
    return next((n for n, texto in enumerate(textos) if patron.search(texto)), 0)


def codigo_disfrazado(html: str) -> Iterator[str]:
    """El código en línea publicado que se lee como un bloque.

    Lo es el que ocupa varias líneas y el que llena por sí solo su párrafo: ninguno está
    en una valla, así que nadie lo ejecuta.
    """
    entero = BeautifulSoup(html, "html.parser")
    arbol = entero.select_one("article") or entero  # sin los menús del tema
    for bloque in arbol.select("pre"):
        bloque.decompose()
    codigos = arbol.select(COMO_CODIGO)
    de_codigo = {id(texto) for c in codigos for texto in c.find_all(string=True)}
    sueltos = [c for c in codigos if "\n" in c.get_text().strip("\n")]
    llenos = [p for p in arbol.select(PARRAFOS) if es_todo_codigo(p, de_codigo)]
    yield from dict.fromkeys(e.get_text().strip() for e in [*sueltos, *llenos])


def es_todo_codigo(parrafo: Tag, de_codigo: set[int]) -> bool:
    """Si todo lo que dice un párrafo son textos de código, dados por su identidad."""
    textos = [t for t in parrafo.find_all(string=True) if re.search(r"\w", t)]
    suyos = [t for t in textos if id(t) in de_codigo]
    return bool(textos) and len(suyos) == len(textos) and not parrafo.select("table")
