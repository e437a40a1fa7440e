"""Lo que comparten los dibujos: cómo se publican, cómo se comparan y con qué se hacen."""

import difflib
import shutil
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
# Los colores y la letra los pone la hoja de estilo, según el tema claro u oscuro.
APARIENCIA = ("fill", "stroke", "font-family", "id")


class HerramientaAusente(Exception):
    """Falta un programa que solo hace falta para dibujar; el mensaje dice cómo instalarlo."""


def buscar(programa: str) -> str:
    """La ruta de un programa de dibujo.

    Raises:
        HerramientaAusente: si no está instalado.
    """
    if ruta := shutil.which(programa):
        return ruta
    raise HerramientaAusente(
        f"no encuentro «{programa}». En Debian y Ubuntu: apt install graphviz chromium"
    )


def analizar(svg: str) -> ElementTree.Element:
    """El dibujo como árbol; vacío si está pendiente de hacer o no se entiende."""
    try:
        return ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return ElementTree.Element("div")


def publicar(arbol: ElementTree.Element, clase: str, descripcion: str) -> str:
    """El dibujo como HTML, listo para incluirlo en una página.

    Args:
        arbol: el SVG; se modifica.
        clase: la del contenedor, para la hoja de estilo.
        descripcion: la alternativa en texto.
    """
    ElementTree.register_namespace("", SVG.strip("{}"))
    for elemento in arbol.iter():
        for atributo in APARIENCIA:
            if not elemento.get(atributo, "").startswith("var("):
                elemento.attrib.pop(atributo, None)
    for lado, medida in zip(("width", "height"), medidas(arbol), strict=True):
        arbol.set(lado, str(round(medida)))
    arbol.set("role", "img")
    arbol.set("aria-label", descripcion)
    svg = ElementTree.tostring(arbol, "unicode")
    return f'<div class="figura {clase}" data-search-exclude="">\n{svg}\n</div>\n'


def medidas(arbol: ElementTree.Element) -> tuple[float, float]:
    """El ancho y el alto de un SVG, en sus unidades."""
    _, _, ancho, alto = arbol.get("viewBox").split()
    return float(ancho), float(alto)


def diferencia(dibujado: list[str], real: list[str]) -> str:
    """En qué no coinciden dos descripciones; vacío si coinciden."""
    lineas = difflib.unified_diff(
        dibujado, real, "lo que dice el dibujo", "lo que ha pasado", lineterm="", n=0
    )
    return "\n".join(lineas)
