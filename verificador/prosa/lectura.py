"""De una página, su prosa: lo que está escrito en ella y no es código ni se incluye."""

import re
from functools import lru_cache

from verificador.origen import Origen
from verificador.pagina import Pagina
from verificador.prosa.marcas import ETIQUETA
from verificador.prosa.unidades import Unidad, unidades
from verificador.texto import sin_extensiones
from verificador.vallas import sin_vallas

DIRECCION = r"""\((?:[^()"']|"[^"]*"|'[^']*')*\)"""
CON_ETIQUETA = re.compile(r"\[(?P<texto>[^\[\]]+)\]\[(?P<etiqueta>[^\[\]]+)\]")


def prosa(pagina: Pagina) -> list[Unidad]:
    """Las unidades de prosa de una página, en orden."""
    return de_texto("\n".join(lineas_propias(pagina)))


@lru_cache(128)
def de_texto(texto: str) -> list[Unidad]:
    """Las unidades de un texto en Markdown."""
    markdown = sin_extensiones({"pymdownx.snippets"})
    for etiqueta in etiquetas(texto):
        markdown.references[etiqueta.lower()] = (ETIQUETA + etiqueta, "")
    return unidades(markdown.convert(texto))


def lineas_propias(pagina: Pagina) -> list[str]:
    """Las líneas de la página; vacías, las de las vallas y las que vienen de otro archivo."""
    fuera = sin_vallas(pagina.texto, [valla for _, valla in pagina.vallas])
    return [
        linea if origen is None or origen.archivo == pagina.ruta else ""
        for linea, (_, origen) in zip(fuera, pagina.texto, strict=True)
    ]


def etiquetas(texto: str) -> list[str]:
    """Las etiquetas de los valores y pruebas que cita un texto en Markdown, sin repetir."""
    halladas = (hallada["etiqueta"] for hallada in CON_ETIQUETA.finditer(texto))
    return list(dict.fromkeys(re.sub(r"\s+", " ", etiqueta) for etiqueta in halladas))


def lugar_de(pagina: Pagina, *textos: str) -> Origen:
    """La línea de la página donde está un texto; la primera, si no se encuentra."""
    lineas = list(map(sin_adornos, pagina.ruta.read_text("utf-8").splitlines()))
    for texto in textos:
        limpio = re.sub(r"\W+", "", texto)
        for largo in (len(limpio), 40, 20):
            for numero, linea in enumerate(lineas, 1):
                if limpio[:largo] and limpio[:largo] in linea:
                    return Origen(pagina.ruta, numero)
    return Origen(pagina.ruta, 1)


def sin_adornos(linea: str) -> str:
    """Las letras y cifras que se leen de una línea de Markdown: sin marcas ni direcciones."""
    linea = re.sub(rf"\[✓\](?:{DIRECCION}|\[[^\]]*\])|<!--.*?-->", "", linea)
    linea = CON_ETIQUETA.sub(r"\g<texto>", linea)
    return re.sub(r"\W+", "", re.sub(rf"\[([^\[\]]+)\]{DIRECCION}", r"\1", linea))
