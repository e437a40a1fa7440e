"""El libro mayor: cuenta, en el HTML publicado, qué es cada bloque de código.

Lee el HTML y no el Markdown a propósito: así un bloque que el recolector no vea, o que
vea distinto de como se publica, aparece aquí como descuadre.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

from verificador.pagina import DOCS, RAIZ, Pagina, Valla, leer_pagina, paginas

CLASES = ("ejecutado", "salida", "fichero", "ilustrativo")
RECUENTO = RAIZ / "snippets" / "referencia" / "verificacion" / "recuento.md"


class SitioRoto(Exception):
    """La web no se construye en modo estricto; el mensaje trae los avisos de MkDocs."""


@cache
def construir(destino: Path) -> Path:
    """Construye la web en modo estricto, una sola vez por destino.

    Raises:
        SitioRoto: si hay algún aviso: enlaces, anclas, inclusiones o páginas sueltas.
    """
    orden = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", destino]
    entorno = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    resultado = subprocess.run(
        orden, cwd=RAIZ, env=entorno, capture_output=True, text=True
    )
    if resultado.returncode:
        avisos = re.findall(
            r"^(?:WARNING|ERROR|\S+Error).*", resultado.stderr, re.MULTILINE
        )
        raise SitioRoto(
            "mkdocs build --strict:\n"
            + ("\n".join(avisos) or resultado.stderr)
            + "\nQué hacer: corrige esas páginas; para verlo de nuevo, «make build»."
        )
    return destino


def html_de(pagina: Path, sitio: Path) -> Path:
    """El fichero HTML que MkDocs publica para una página de docs/."""
    ruta = pagina.relative_to(DOCS).with_suffix("")
    return sitio / (ruta.parent if ruta.name == "index" else ruta) / "index.html"


def bloques_publicados(html: Path) -> list[str]:
    """El texto de cada bloque de código de una página publicada, en orden."""
    arbol = BeautifulSoup(html.read_text("utf-8"), "html.parser")
    for numeros in arbol.select(".linenos"):
        numeros.decompose()
    return [bloque.get_text() for bloque in arbol.select("pre")]


def descuadres(pagina: Pagina, publicados: list[str]) -> list[str]:
    """Los bloques publicados que nadie verifica y los verificados que no se publican."""
    pendientes = [valla for _, valla in pagina.vallas]
    problemas = []
    for texto in publicados:
        propia = next(
            (v for v in pendientes if normal(v.codigo) == normal(texto)), None
        )
        if propia:
            pendientes.remove(propia)
        else:
            problemas.append(f"se publica sin que nadie lo verifique:\n{texto}")
    problemas += [
        f"{v.origen}: se verifica pero no se publica:\n{v.codigo}" for v in pendientes
    ]
    return problemas


def normal(texto: str) -> str:
    return "\n".join(linea.rstrip() for linea in texto.strip("\n").split("\n"))


def leer_todas() -> list[Pagina]:
    return [leer_pagina(ruta) for ruta in paginas()]


def recuento(leidas: list[Pagina]) -> dict[Path, Counter[str]]:
    """Cuántos bloques de cada clase tiene cada página."""
    return {p.ruta: Counter(clase for clase, _ in p.vallas) for p in leidas}


def tabla(cuentas: dict[Path, Counter[str]]) -> str:
    """El recuento como tabla Markdown, para la página que lo enseña."""
    total = sum(cuentas.values(), Counter())
    filas = [(enlace(ruta), cuenta) for ruta, cuenta in cuentas.items() if cuenta]
    cabecera = ["Página", *(f"{clase.capitalize()}s" for clase in CLASES), "Total"]
    lineas = [cabecera, [":--", *["--:"] * (len(CLASES) + 1)]]
    for nombre, cuenta in [*filas, ("**Total**", total)]:
        lineas.append([nombre, *(str(cuenta[c]) for c in CLASES), str(cuenta.total())])
    return "".join(f"| {' | '.join(celdas)} |\n" for celdas in lineas)


def enlace(ruta: Path) -> str:
    """La página como enlace desde docs/referencia/; el README no se publica en la web."""
    if not ruta.is_relative_to(DOCS):
        return ruta.name
    desde_docs = ruta.relative_to(DOCS)
    return f"[{desde_docs.with_suffix('')}](../{desde_docs})"


def huerfanos(leidas: list[Pagina]) -> set[Path]:
    """Los ficheros de snippets/ que ninguna página incluye."""
    todos = {
        f
        for f in (RAIZ / "snippets").rglob("*")
        if f.is_file() and "__pycache__" not in f.parts
    }
    return todos.difference(*(pagina.incluidos for pagina in leidas))


def python_a_mano(pagina: Pagina) -> list[Valla]:
    """Los bloques de Python que no vienen de snippets/."""
    return [
        b.valla
        for b in pagina.bloques
        if b.valla.lenguaje.startswith("py") and not b.valla.ficheros
    ]
