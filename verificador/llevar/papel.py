"""La guía en papel: el tutorial entero, o una página, en un PDF.

Uso: python -m verificador.llevar.papel [docs/una/pagina.md]   (lee y escribe en site/)

Junta las páginas ya construidas en un solo documento y lo imprime Chromium: así los enlaces de
una a otra siguen dentro del PDF, y los títulos hacen de marcadores.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag

from motor.rutas import RAIZ
from verificador.figuras.navegador import CHROMIUM, OPCIONES
from verificador.libro import html_de
from verificador.menu import en_orden
from verificador.texto import sitio_configurado

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SITIO = RAIZ / "site"
PARTE = "Tutorial"
ESTILO = Path(__file__).with_name("papel.css")
# Lo que solo sirve en una pantalla, y la captura de cada pareja que es para el tema oscuro.
SOBRA = ".headerlink, .md-content__button, .guia-grabacion, .guia-sin-red, [src$='#only-dark']"


def del_tutorial() -> list[Path]:
    """Las páginas que el menú pone en el tutorial, en su orden."""
    partes = {
        nombre: suyas for p in sitio_configurado().nav for nombre, suyas in p.items()
    }
    return list(en_orden(partes[PARTE]))


class Cuaderno:
    """Varias páginas de la web, en un solo documento.

    Attributes:
        capitulos: el prefijo que llevan en él las anclas de cada una, por su archivo.
    """

    def __init__(self, paginas: list[Path], sitio: Path) -> None:
        """Lee las páginas.

        Args:
            paginas: las de `docs/` que lleva, en orden.
            sitio: la carpeta de la web construida.
        """
        self.sitio = sitio.resolve()
        archivos = [html_de(pagina.resolve(), self.sitio) for pagina in paginas]
        self.capitulos = {archivo: f"c{n}" for n, archivo in enumerate(archivos, 1)}
        self.sopas = {
            archivo: BeautifulSoup(archivo.read_text("utf-8"), "html.parser")
            for archivo in archivos
        }
        self.portada = len(archivos) > 1

    def html(self) -> str:
        """El documento entero; sus estilos e imágenes, con la ruta del disco."""
        articulos = [self._articulo(archivo) for archivo in self.capitulos]
        primera, sopa = next(iter(self.sopas.items()))
        titulo = sitio_configurado().site_name
        titulo = f"{titulo}: {PARTE.lower()}" if self.portada else sopa.title.get_text()
        estilos = "".join(
            f'<link rel="stylesheet" href="{(primera.parent / hoja["href"]).resolve().as_uri()}">'
            for hoja in sopa.select("link[rel=stylesheet]")
        )
        programa = self.sitio / "assets" / "js" / "guia.js"
        return "".join(
            [
                f'<!doctype html><html lang="es" class="js"><meta charset="utf-8"><title>{titulo}',
                f"</title>{estilos}<style>{ESTILO.read_text('utf-8')}</style>",
                '<body dir="ltr" data-md-color-scheme="default" data-md-color-primary="custom">',
                '<div class="md-content md-typeset">',
                self._portada() + indice(articulos) if self.portada else "",
                *map(str, articulos),
                f'</div><script src="{programa.as_uri()}"></script></body></html>',
            ]
        )

    def _portada(self) -> str:
        config = sitio_configurado()
        logo = self.sitio / "assets" / "imagenes" / "favicon.svg"
        return (
            f'<section class="papel-portada"><p><img src="{logo.as_uri()}" alt=""></p>'
            f'<p class="papel-titulo">{config.site_name}</p><p><strong>{PARTE}</strong></p>'
            f"<p>{config.site_description}</p><p>{config.copyright}</p></section>"
        )

    def _articulo(self, archivo: Path) -> Tag:
        """Lo que enseña una página, con anclas que no chocan con las de las demás."""
        articulo = self.sopas[archivo].select_one("article")
        capitulo = self.capitulos[archivo]
        articulo["id"] = capitulo
        for sobra in articulo.select(SOBRA):
            sobra.decompose()
        for con_ancla in articulo.select("[id], [for], [name]"):
            for atributo in {"id", "for", "name"} & con_ancla.attrs.keys():
                if con_ancla is not articulo:
                    con_ancla[atributo] = f"{capitulo}-{con_ancla[atributo]}"
        for enlace in articulo.select("a[href]"):
            self._enlazar(enlace, archivo)
        for imagen in articulo.select("img[src]"):
            imagen["src"] = urljoin(archivo.as_uri(), imagen["src"])
            del imagen["loading"]
        return articulo

    def _enlazar(self, enlace: Tag, archivo: Path) -> None:
        """Lleva un enlace dentro del documento, o a la web si se sabe dónde está."""
        partes = urlsplit(enlace["href"])
        if partes.scheme:
            return
        destino = archivo
        if partes.path:
            destino = (archivo.parent / unquote(partes.path)).resolve()
        if destino.is_dir():
            destino /= "index.html"
        ancla = f"-{partes.fragment}" if partes.fragment else ""
        if destino in self.capitulos:
            enlace["href"] = f"#{self.capitulos[destino]}{ancla}"
            return
        publica = os.environ.get("GUIA_URL")
        if publica:
            ruta = destino.relative_to(self.sitio).as_posix().removesuffix("index.html")
            enlace["href"] = urljoin(publica, ruta) + ancla.replace("-", "#", 1)
        else:
            quitar(enlace)


def quitar(enlace: Tag) -> None:
    """Deja solo el texto de un enlace; de una llamada, que sin destino no dice nada, tampoco."""
    if enlace.get_text() not in {"✓", "doc"}:
        enlace.unwrap()
        return
    antes = enlace.previous_sibling
    if isinstance(antes, NavigableString):
        antes.replace_with(antes.rstrip())
    enlace.decompose()


def indice(articulos: list[Tag]) -> str:
    """Los títulos de los capítulos y de sus secciones, cada uno con su enlace."""
    filas = []
    for articulo in articulos:
        secciones = "".join(map(fila, articulo.select("h2[id]")))
        filas.append(fila(articulo.h1, f"<ol>{secciones}</ol>"))
    return f'<nav class="papel-indice"><h1>Índice</h1><ol>{"".join(filas)}</ol></nav>'


def fila(titulo: Tag, debajo: str = "") -> str:
    """Un título del índice."""
    return f'<li><a href="#{titulo["id"]}">{titulo.decode_contents()}</a>{debajo}</li>'


def imprimir(html: str, destino: Path, navegador: "Browser") -> None:
    """Escribe un documento en un PDF."""
    with tempfile.TemporaryDirectory() as carpeta:
        documento = Path(carpeta, "papel.html")
        documento.write_text(html, "utf-8")
        pestana = navegador.new_page()
        pestana.goto(documento.as_uri())
        pestana.pdf(
            path=destino,
            prefer_css_page_size=True,
            print_background=True,
            outline=True,
            tagged=True,
        )
        pestana.close()


def main() -> None:
    """Imprime lo que se pide y dice dónde queda."""
    from playwright.sync_api import sync_playwright

    paginas = [Path(pagina) for pagina in sys.argv[1:]]
    destino = SITIO / f"{paginas[0].stem if paginas else PARTE.lower()}.pdf"
    with sync_playwright() as motor:
        navegador = motor.chromium.launch(executable_path=CHROMIUM, args=OPCIONES)
        imprimir(Cuaderno(paginas or del_tutorial(), SITIO).html(), destino, navegador)
        navegador.close()
    print(destino.relative_to(RAIZ))


if __name__ == "__main__":
    main()
