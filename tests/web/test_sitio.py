"""La web: en español, completa, sin pedir nada a nadie y bajo cualquier ruta."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from calificador.ejercicios import tema_de
from motor.rutas import RAIZ
from verificador.pagina import MUDANZA

# Lo que un navegador pide por su cuenta al abrir la página (un <a> no pide nada).
RECURSOS = {
    "audio": ["src"],
    "embed": ["src"],
    "iframe": ["src"],
    "image": ["href", "xlink:href"],
    "img": ["src", "srcset"],
    "input": ["src"],
    "link": ["href"],
    "object": ["data"],
    "script": ["src"],
    "source": ["src", "srcset"],
    "track": ["src"],
    "use": ["href", "xlink:href"],
    "video": ["poster", "src"],
}
# Enlaces de <head> que sólo describen la página.
SIN_PETICION = {"canonical", "next", "prev", "alternate"}
EN_CSS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
# Lo que sigue a «#» en una imagen no es un ancla: dice en qué tema se enseña.
SOLO_EN_UN_TEMA = {"only-light", "only-dark"}
# Direcciones que el tema lleva en su JavaScript, y lo que las pondría en marcha.
MARCAS = {
    "api.github.com y gitlab.com": "[data-md-component=source]",
    "unpkg.com (mermaid)": "pre.mermaid, .mermaid",
}


def es_de_otro(direccion: str) -> bool:
    """Indica si pedir esa dirección sale del propio sitio."""
    return urlsplit(direccion.strip()).scheme in {"http", "https"} or (
        direccion.strip().startswith("//")
    )


def en_css(texto: str) -> Iterator[str]:
    """Da las direcciones que pide una hoja de estilo."""
    for url, importada in EN_CSS.findall(re.sub(r"/\*.*?\*/", "", texto, flags=re.S)):
        yield url or importada


def pide(sopa: BeautifulSoup) -> Iterator[str]:
    """Da las direcciones que un navegador pide al abrir la página."""
    for etiqueta in sopa.find_all(list(RECURSOS)):
        if etiqueta.name == "link" and SIN_PETICION & set(etiqueta.get("rel", [])):
            continue
        for atributo in RECURSOS[etiqueta.name]:
            for parte in etiqueta.get(atributo, "").split(", "):
                if parte:
                    yield parte
    for estilo in sopa.find_all("style"):
        yield from en_css(estilo.get_text())
    for etiqueta in sopa.find_all(style=True):
        yield from en_css(etiqueta["style"])


def lee(carpeta: Path) -> dict[str, BeautifulSoup]:
    """Lee cada página de un sitio construido, por su ruta dentro de él."""
    return {
        archivo.relative_to(carpeta).as_posix(): BeautifulSoup(
            archivo.read_text(encoding="utf-8"), "html.parser"
        )
        for archivo in sorted(carpeta.rglob("*.html"))
        if not MUDANZA.fullmatch(archivo.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="session")
def sopas(sitio: Path) -> dict[str, BeautifulSoup]:
    """Las páginas del sitio tal como las construye quien clona el repositorio."""
    return lee(sitio)


@pytest.fixture(scope="session")
def publicadas(publicado: Path) -> dict[str, BeautifulSoup]:
    """Las páginas de ese sitio publicado."""
    return lee(publicado)


def test_hay_una_pagina_por_archivo(sopas: dict[str, BeautifulSoup]) -> None:
    esperadas = {"404.html"}
    for archivo in (RAIZ / "docs").rglob("*.md"):
        ruta = archivo.relative_to(RAIZ / "docs").with_suffix("")
        carpeta = ruta.parent if ruta.name == "index" else ruta
        esperadas.add((carpeta / "index.html").as_posix())
    assert set(sopas) == esperadas


def test_la_direccion_anterior_de_un_ejercicio_lleva_a_la_de_ahora(
    sitio: Path, sopas: dict[str, BeautifulSoup]
) -> None:
    anteriores = {
        archivo: escrita[1]
        for archivo in (sitio / "ejercicios").rglob("*.html")
        if (escrita := MUDANZA.fullmatch(archivo.read_text(encoding="utf-8")))
    }
    assert len(anteriores) == 9
    for archivo, destino in anteriores.items():
        ahora = (archivo.parent / destino / "index.html").resolve()
        assert ahora.relative_to(sitio.resolve()).as_posix() in sopas
        assert tema_de(ahora.parent.name) == tema_de(archivo.parent.name)


def test_quien_conoce_el_repositorio_puede_clonarlo(
    sopas: dict[str, BeautifulSoup], publicadas: dict[str, BeautifulSoup]
) -> None:
    instalacion = "tutorial/instalacion/index.html"
    orden = "git clone https://repositorio.invalid/guia guia-prefect\ncd guia-prefect\n"
    assert orden in publicadas[instalacion].get_text()
    for sopa in sopas.values():
        assert "git clone https" not in sopa.get_text()
        assert "<!--repositorio-->" not in str(sopa)


def test_ninguna_pagina_pide_nada_a_otros(sopas: dict[str, BeautifulSoup]) -> None:
    ajenas = {
        f"{pagina}: {direccion}"
        for pagina, sopa in sopas.items()
        for direccion in pide(sopa)
        if es_de_otro(direccion)
    }
    assert not ajenas


def test_ninguna_hoja_de_estilo_pide_nada_a_otros(sitio: Path) -> None:
    hojas = sorted(sitio.rglob("*.css"))
    assert hojas
    ajenas = {
        f"{hoja.relative_to(sitio)}: {direccion}"
        for hoja in hojas
        for direccion in en_css(hoja.read_text(encoding="utf-8"))
        if es_de_otro(direccion)
    }
    assert not ajenas


@pytest.mark.parametrize("destino", MARCAS)
def test_nada_despierta_las_peticiones_del_tema(
    sopas: dict[str, BeautifulSoup],
    publicadas: dict[str, BeautifulSoup],
    destino: str,
) -> None:
    marca = MARCAS[destino]
    culpables = [p for p in sopas if sopas[p].select(marca)]
    culpables += [p for p in publicadas if publicadas[p].select(marca)]
    assert not culpables, f"estas páginas harían que el tema llamara a {destino}"


def test_el_javascript_propio_no_nombra_otros_servidores() -> None:
    propios = sorted((RAIZ / "docs" / "assets").rglob("*.js"))
    assert propios
    for archivo in propios:
        # El nombre del espacio de SVG parece una dirección, pero nadie la pide.
        texto = archivo.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(https?:)?//\w+\.\w", texto), archivo


def test_cada_pagina_esta_en_espanol_y_tiene_un_titulo(
    sopas: dict[str, BeautifulSoup],
) -> None:
    for pagina, sopa in sopas.items():
        assert sopa.html and sopa.html.get("lang") == "es", pagina
        assert len(sopa.find_all("h1")) == 1, f"{pagina}: debe tener un solo h1"
        assert sopa.title and sopa.title.get_text(strip=True), pagina


def test_cada_pagina_tiene_su_descripcion(sopas: dict[str, BeautifulSoup]) -> None:
    vistas: dict[str, str] = {}
    # La 404 va primero: lleva la del sitio, que es la que hereda una página sin la suya.
    for pagina in sorted(sopas, key=lambda nombre: nombre != "404.html"):
        etiqueta = sopas[pagina].find("meta", attrs={"name": "description"})
        texto = str(etiqueta["content"]).strip() if isinstance(etiqueta, Tag) else ""
        assert 30 <= len(texto) <= 200, f"{pagina}: descripción de {len(texto)} letras"
        assert texto not in vistas, f"{pagina} lleva la misma que {vistas[texto]}"
        vistas[texto] = pagina


def test_las_imagenes_dicen_que_muestran(sopas: dict[str, BeautifulSoup]) -> None:
    for pagina, sopa in sopas.items():
        for imagen in sopa.select("article img"):
            assert imagen.get("alt", "").strip(), f"{pagina}: {imagen.get('src')}"


def test_cada_enlace_interno_llega_bajo_cualquier_ruta(
    sitio: Path, sopas: dict[str, BeautifulSoup]
) -> None:
    base = "http://prueba.invalid/una/ruta/"
    anclas = {p: {e["id"] for e in sopas[p].find_all(id=True)} for p in sopas}
    rotos = []
    for pagina, sopa in sopas.items():
        if (
            pagina == "404.html"
        ):  # se sirve a cualquier profundidad: lleva rutas absolutas
            continue
        enlaces = [a["href"] for a in sopa.find_all("a", href=True)]
        for enlace in [*enlaces, *pide(sopa)]:
            if urlsplit(enlace).scheme or enlace.startswith("//"):
                continue
            destino, _, ancla = urljoin(base + pagina, enlace).partition("#")
            if not destino.startswith(base):
                rotos.append(f"{pagina}: {enlace} sale de la carpeta del sitio")
                continue
            ruta = unquote(urlsplit(destino.removeprefix(base)).path)
            ruta = ruta + "index.html" if ruta == "" or ruta.endswith("/") else ruta
            if not (sitio / ruta).is_file():
                rotos.append(f"{pagina}: {enlace} no existe")
            elif ancla and unquote(ancla) not in anclas.get(ruta, SOLO_EN_UN_TEMA):
                rotos.append(f"{pagina}: {enlace} no tiene esa ancla")
    assert not rotos


def test_sin_repositorio_no_hay_enlaces_para_editar(
    sopas: dict[str, BeautifulSoup],
) -> None:
    for pagina, sopa in sopas.items():
        assert not sopa.select("[rel=edit], .md-source"), pagina


def test_con_repositorio_cada_pagina_se_puede_editar(
    publicadas: dict[str, BeautifulSoup],
) -> None:
    for pagina, sopa in publicadas.items():
        assert sopa.select(".md-source"), pagina
        if pagina == "404.html":
            continue
        (enlace,) = sopa.select("a[rel=edit]")
        _, _, fuente = str(enlace["href"]).partition("/guia/edit/main/")
        assert (RAIZ / fuente).is_file(), enlace


def test_publicada_en_una_carpeta_la_404_y_el_mapa_apuntan_a_ella(
    publicado: Path, publicadas: dict[str, BeautifulSoup]
) -> None:
    perdida = publicadas["404.html"]
    enlaces = [str(a["href"]) for a in perdida.find_all("a", href=True)]
    locales = [
        direccion
        for direccion in [*enlaces, *pide(perdida)]
        if not es_de_otro(direccion) and not direccion.startswith(("#", "data:"))
    ]
    assert locales
    assert all(direccion.startswith("/una/guia/") for direccion in locales), locales
    mapa = (publicado / "sitemap.xml").read_text(encoding="utf-8")
    lugares = re.findall(r"<loc>(.*?)</loc>", mapa)
    assert len(lugares) == len(list((RAIZ / "docs").rglob("*.md")))
    assert all(lugar.startswith("https://web.invalid/una/guia/") for lugar in lugares)


def sin_acentos(texto: str) -> str:
    """Pliega el texto igual que lo hace el buscador de la web."""
    return "".join(
        letra
        for letra in unicodedata.normalize("NFD", texto).lower()
        if not unicodedata.combining(letra)
    )


def test_el_buscador_usa_nuestro_espanol(sitio: Path) -> None:
    """Con el del tema, «programacion» no encuentra «programación»."""
    ruta = "assets/javascripts/lunr/min/lunr.es.min.js"
    servido = (sitio / ruta).read_text(encoding="utf-8")
    assert servido == (RAIZ / "docs" / ruta).read_text(encoding="utf-8")
    indice = json.loads((sitio / "search" / "search_index.json").read_text("utf-8"))
    # Otra lengua cargaría otro archivo, y «stemmer» rompe las búsquedas por prefijo.
    assert indice["config"]["lang"] == ["es"]
    assert indice["config"]["pipeline"] == ["trimmer"]


def test_programacion_sin_acento_esta_en_el_indice(sitio: Path) -> None:
    indice = json.loads((sitio / "search" / "search_index.json").read_text("utf-8"))
    separador = re.compile(indice["config"]["separator"])
    halladas = {
        doc["location"]
        for doc in indice["docs"]
        for palabra in separador.split(doc["title"])
        if sin_acentos(palabra) == "programacion"
    }
    assert "tutorial/programacion/" in halladas
