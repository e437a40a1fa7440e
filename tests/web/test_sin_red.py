"""La guía para leer sin red: se abre desde el disco, y todo lleva a donde dice."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from publicada import LIMITE_MS, servida

from motor.rutas import DOCS, RAIZ
from verificador import kit
from verificador.llevar import sin_red

if TYPE_CHECKING:
    from conftest import Abrir

LLEVA = Path(sin_red.__file__).parent
EN_PAGINA = re.compile(r'\b(?:href|src)="([^"]+)"|content="0; url=([^"]+)"')
ANCLAS = re.compile(r'\bid="([^"]+)"')
SOLO_EN_UN_TEMA = {"only-light", "only-dark"}
CASILLA = ".md-search__input"
HALLADO = ".md-search-result__link[href*='tutorial/reintentos/']"


@pytest.fixture(scope="module")
def carpeta(sitio: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """El zip, descomprimido donde lo haría cualquiera: con un espacio y una tilde."""
    donde = tmp_path_factory.mktemp("disco") / "mi guía"
    with zipfile.ZipFile(BytesIO(kit.comprimir(sin_red.copia(sitio)))) as archivo:
        archivo.extractall(donde)
    return donde / sin_red.CARPETA


def falta(destino: str, pagina: Path, carpeta: Path, anclas: dict) -> str | None:
    """Por qué no se llega a un destino, desde una página abierta desde el disco."""
    partes = urlsplit(destino)
    archivo = (
        (pagina.parent / unquote(partes.path)).resolve() if partes.path else pagina
    )
    if not archivo.is_file():
        return "no es un archivo"
    if carpeta not in archivo.parents:
        return "sale de la carpeta"
    ancla = unquote(partes.fragment)
    if ancla and ancla not in SOLO_EN_UN_TEMA | anclas.get(archivo, set()):
        return "no tiene esa ancla"
    return None


def test_cada_enlace_lleva_a_un_archivo_y_a_su_ancla(carpeta: Path) -> None:
    carpeta = carpeta.resolve()
    textos = {p: p.read_text("utf-8") for p in sorted(carpeta.rglob("*.html"))}
    assert len(textos) >= len(list(DOCS.rglob("*.md")))
    anclas = {pagina: set(ANCLAS.findall(texto)) for pagina, texto in textos.items()}
    rotos, cuantos = [], 0
    for pagina, texto in textos.items():
        for destino in {unescape(a or b) for a, b in EN_PAGINA.findall(texto)}:
            if urlsplit(destino).scheme or destino == "#__comments":
                continue
            cuantos += 1
            if motivo := falta(destino, pagina, carpeta, anclas):
                rotos.append(f"{pagina.relative_to(carpeta)}: {destino} {motivo}")
    assert cuantos > 4_000
    assert rotos == []


def test_cada_resultado_del_buscador_es_un_archivo(carpeta: Path) -> None:
    programa = (carpeta / "search" / "search_index.js").read_text("utf-8")
    indice = json.loads(programa.removeprefix("var __index = "))
    assert indice == json.loads((carpeta / sin_red.INDICE).read_text("utf-8"))
    destinos = {documento["location"] for documento in indice["docs"]}
    assert len(destinos) > 500
    assert [d for d in destinos if not (carpeta / d.split("#")[0]).is_file()] == []


def test_cada_pagina_lleva_lo_que_su_buscador_necesita(carpeta: Path) -> None:
    for pagina in carpeta.rglob("index.html"):
        texto = pagina.read_text("utf-8")
        if "bundle." in texto:  # las direcciones anteriores no llevan el tema
            (ayuda,) = re.findall(rf'<script src="([^"]*{sin_red.TRABAJADOR})"', texto)
            assert (pagina.parent / ayuda).is_file(), pagina
            assert texto.index(sin_red.TRABAJADOR) < texto.index("bundle."), pagina


def test_la_web_la_ofrece_donde_tiene_el_hueco(sitio: Path, tmp_path: Path) -> None:
    ruta = Path("tutorial/instalacion/index.html")
    (tmp_path / ruta).parent.mkdir(parents=True)
    (tmp_path / ruta).write_bytes((sitio / ruta).read_bytes())
    (tmp_path / "search").mkdir()
    (tmp_path / sin_red.INDICE).write_bytes((sitio / sin_red.INDICE).read_bytes())

    for _ in range(2):  # construirlo dos veces no lo ofrece dos veces
        destino = sin_red.ofrecer(tmp_path)

    html = (tmp_path / ruta).read_text("utf-8")
    assert html.count('<a href="../../guia-sin-red.zip" download>') == 1
    assert destino == tmp_path / "guia-sin-red.zip"
    with zipfile.ZipFile(destino) as hecho:
        dentro = hecho.read(f"{sin_red.CARPETA}/{ruta.as_posix()}").decode()
    assert "guia-sin-red" not in dentro
    assert "make build" in (RAIZ / "README.md").read_text("utf-8")
    assert "verificador.llevar.sin_red" in (RAIZ / "Makefile").read_text("utf-8")


def test_lo_que_no_es_nuestro_esta_como_se_publico() -> None:
    escritas = re.findall(
        r"^(\w{64})  (\S+)$", (LLEVA / "LEEME.txt").read_text("utf-8"), re.MULTILINE
    )
    assert {nombre for _, nombre in escritas} == {"iframe-worker.js", "LICENSE"}
    for suma, nombre in escritas:
        assert hashlib.sha256((LLEVA / nombre).read_bytes()).hexdigest() == suma


@pytest.mark.figuras
@pytest.mark.parametrize("donde", ["disco", "servida"])
def test_se_busca_y_se_llega_desde_una_pagina(
    abrir: Abrir, carpeta: Path, donde: str
) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    with servida(carpeta.parent) as direccion:
        disco = donde == "disco"
        raiz = carpeta.as_uri() if disco else f"{direccion}/{carpeta.name}"
        pagina = abrir(f"{raiz}/tutorial/cache/index.html")
        pagina.locator(CASILLA).click()
        pagina.keyboard.type("reintentos")
        pagina.locator(HALLADO).first.click()
        expect(pagina).to_have_url(
            re.compile(r"tutorial/reintentos/index\.html"), timeout=LIMITE_MS
        )
        expect(pagina.locator("h1")).to_contain_text("Reintentos", timeout=LIMITE_MS)
        pagina.get_by_text("Inicio").first.click()
        expect(pagina).to_have_url(f"{raiz}/index.html")
        assert all(url.startswith((raiz, "blob:")) for url in pagina.peticiones)
