"""Las mismas fuentes con Zensical, el sucesor de MkDocs: el mismo sitio, o aquí dice en qué no."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from publicada import DIRECCIONES, servida
from test_buscador import leer_lista, puesto
from test_copiar import COPIAR, MOVIL

from motor.rutas import RAIZ
from verificador import kit
from verificador.acabado import acabar

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from conftest import Abrir

pytestmark = pytest.mark.figuras  # «make test» no instala Zensical

MIO = ("http://127.0.0.1:", "blob:", "data:")
FUENTES = ("docs", "snippets", "overrides")
Aspectos = dict[str, list[str]]
ERROR = "404.html"
DEL_SITIO = ""  # la entrada de lo que no es de ninguna página

# Lo que se compara de cada página, y los elementos que lo dicen: a dónde llevan…
ENLACES = {
    "enlaces": "article a[href]:not([rel=edit])",
    "enlace de edición": "a[rel=edit]",
    "menú": ".md-nav--primary a[href], .md-tabs a[href]",
    "camino": ".md-path a[href]",
    "pie": ".md-footer a[href]",
    "relacionadas": "head link[href]:not([rel=stylesheet])",
    "imágenes": "article [src]",
}
# … qué dicen…
TEXTOS = {
    "título": "title",
    "apartados": "article :is(h1, h2, h3, h4, h5, h6)",
    "texto": "article",
    "cabecera": ".md-header__topic",
    "índice": ".md-nav--secondary .md-ellipsis",
}
# … o cómo están escritos.
ETIQUETAS = {
    "código en el índice": ".md-nav--secondary code",
    "datos": "head meta",
    "buscador": ".md-header .md-search > *",
}


class Pareja(NamedTuple):
    """Lo que hay de una cosa, en una página, en el sitio de MkDocs y en el de Zensical."""

    pagina: str
    aspecto: str
    de_mkdocs: list[str]
    de_zensical: list[str]


@dataclass(frozen=True)
class Diferencia:
    """Algo en lo que los dos sitios no son iguales.

    Attributes:
        aspecto: lo que difiere.
        motivo: por qué, y por qué se admite.
        igualar: quita de un sitio lo que lo distingue del otro; lo demás se compara.
    """

    aspecto: str
    motivo: str
    igualar: Callable[[list[str]], list[str]]


def sin(patron: str) -> Callable[[list[str]], list[str]]:
    """Quita, de cada valor, lo que encaja; y los valores que se quedan sin nada."""
    return lambda valores: [v for v in (re.sub(patron, "", v) for v in valores) if v]


# Cada diferencia que se admite. Si una deja de darse, una prueba falla: se borra de aquí.
ADMITIDAS = (
    Diferencia(
        "página de error",
        "Zensical no da el menú a la plantilla de la 404: le falta la lista de las partes.",
        lambda _: [],
    ),
    Diferencia(
        "código en el índice",
        "Zensical conserva como código el de un título en el índice de la página; MkDocs lo "
        "deja en texto. Las palabras son las mismas.",
        sin(r"^<code>.*$"),
    ),
    Diferencia(
        "anclas",
        "«Saltar al contenido» lleva en Zensical a un ancla que pone el tema; en MkDocs, al "
        "primer título.",
        sin(r"^__skip$"),
    ),
    Diferencia(
        "buscador",
        "El de Zensical es un botón que abre una ventana, con su texto («Buscar») y con sus "
        "resultados contados en inglés: no lee los textos de «search.result».",
        lambda _: [],
    ),
    Diferencia(
        "búsquedas",
        "El buscador de Zensical perdona erratas, pero exige cada palabra, no quita las vacías "
        "(«de», «una»…) ni los acentos («programacion» no halla «Programación») y no se puede "
        "afinar con `lunr.es.min.js`: acierta menos.",
        lambda _: [],
    ),
    Diferencia(
        "archivos",
        "Cada tema trae su JavaScript y su CSS, cada buscador su índice, y Zensical no comprime "
        "el mapa del sitio.",
        sin(r"^(assets/(javascripts|stylesheets)/.*|search.*|sitemap\.xml\.gz)$"),
    ),
)

# De cada cien búsquedas de la lista, las que aciertan entre las tres primeras páginas: lo que
# se pide al buscador de MkDocs y lo menos que se admite al de Zensical.
ACIERTOS, ACIERTOS_DE_ZENSICAL = 0.95, 0.7
PREGUNTAR = """
async (consultas) => {
  const { base, search } = JSON.parse(document.getElementById("__config").textContent)
  const indice = await (await fetch(new URL("search.json", new URL(base + "/", location)))).json()
  const buscador = new Worker(new URL(search, location))
  const respuesta = (type, data) =>
    new Promise((listo, fallo) => {
      buscador.onerror = fallo
      buscador.onmessage = ({ data: { type, data } }) => (type === 4 ? fallo() : listo(data))
      buscador.postMessage({ type, data })
    })
  await respuesta(0, indice)
  const filter = {
    input: { type: "operator", data: { operator: "and", operands: [] } },
    aggregation: { input: [] },
  }
  const halladas = {}
  for (const input of consultas) {
    const { items } = await respuesta(2, { input, filter })
    const lugares = items.map(({ id }) => indice.items[id].location.split("#")[0])
    halladas[input] = [...new Set(lugares)]
  }
  buscador.terminate()
  return halladas
}
"""


@pytest.fixture(scope="session")
def zensical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """El sitio que construye Zensical: en una copia, porque solo escribe bajo su raíz."""
    kit.publicar()
    raiz = tmp_path_factory.mktemp("zensical")
    shutil.copy(RAIZ / "mkdocs.yml", raiz)
    for carpeta in FUENTES:
        shutil.copytree(RAIZ / carpeta, raiz / carpeta)
    hecho = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=raiz,
        env=os.environ | DIRECCIONES,
        capture_output=True,
        text=True,
        check=False,
    )
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr
    acabar(raiz / "site", DIRECCIONES["GUIA_URL"])
    return raiz / "site"


@pytest.fixture(scope="module")
def web_de_zensical(
    zensical: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """El sitio de Zensical, servido dentro de una carpeta cualquiera."""
    raiz = tmp_path_factory.mktemp("web")
    (raiz / "guia").symlink_to(zensical)
    with servida(raiz) as direccion:
        yield f"{direccion}/guia/"


@pytest.fixture(scope="module")
def aciertos(navegador: Browser, web_de_zensical: str) -> float:
    """La parte de las búsquedas de la lista que da con su página entre las tres primeras."""
    lista = leer_lista()
    pagina = navegador.new_page()
    pagina.goto(web_de_zensical)
    halladas = pagina.evaluate(PREGUNTAR, list(lista))
    pagina.close()
    puestos = [puesto(halladas[una], valen) for una, valen in lista.items()]
    return sum(1 <= lugar <= 3 for lugar in puestos) / len(lista)


@pytest.fixture(scope="module")
def sitios(publicado: Path, zensical: Path, aciertos: float) -> list[Pareja]:
    """Cada aspecto de cada página, en los dos sitios."""
    de_mkdocs, de_zensical = leer_sitio(publicado), leer_sitio(zensical)
    de_mkdocs[DEL_SITIO]["búsquedas"] = ["acierta"]  # lo exige test_buscador.py
    acierta = "acierta" if aciertos >= ACIERTOS else "acierta menos"
    de_zensical[DEL_SITIO]["búsquedas"] = [acierta]
    assert de_mkdocs.keys() == de_zensical.keys()
    return [
        Pareja(pagina, aspecto, valores, de_zensical[pagina][aspecto])
        for pagina, aspectos in de_mkdocs.items()
        for aspecto, valores in aspectos.items()
    ]


def leer_sitio(carpeta: Path) -> dict[str, Aspectos]:
    """Lo que hay en cada página de un sitio construido y en el sitio entero."""
    archivos = sorted(a for a in carpeta.rglob("*") if a.is_file())
    rutas = [archivo.relative_to(carpeta).as_posix() for archivo in archivos]
    mapa = (carpeta / "sitemap.xml").read_text("utf-8")
    error = BeautifulSoup((carpeta / ERROR).read_text("utf-8"), "html.parser")
    del_sitio = {
        "archivos": rutas,
        "página de error": [en_una_linea(error.article.get_text())],
        "mapa del sitio": sorted(re.findall(r"<loc>(.*?)</loc>", mapa)),
    }
    paginas = {
        ruta: leer_pagina(archivo.read_text("utf-8"), ruta.removesuffix("index.html"))
        for archivo, ruta in zip(archivos, rutas, strict=True)
        if archivo.suffix == ".html" and ruta != ERROR
    }
    return {DEL_SITIO: del_sitio, **paginas}


def leer_pagina(html: str, ruta: str) -> Aspectos:
    """Lo que hay en una página publicada."""
    sopa = BeautifulSoup(html, "html.parser")
    propia = urljoin(DIRECCIONES["GUIA_URL"], ruta)
    enlaces = {
        aspecto: [
            urljoin(propia, str(e.get("href", e.get("src")))) for e in sopa.select(css)
        ]
        for aspecto, css in ENLACES.items()
    }
    textos = {
        aspecto: [en_una_linea(e.get_text()) for e in sopa.select(css)]
        for aspecto, css in TEXTOS.items()
    }
    etiquetas = {
        aspecto: [en_una_linea(str(e)) for e in sopa.select(css)]
        for aspecto, css in ETIQUETAS.items()
    }
    propios = {
        "bloques": [e.get_text() for e in sopa.select("pre")],
        "anclas": [str(e["id"]) for e in sopa.select("article [id]")],
    }
    return enlaces | textos | etiquetas | propios


def en_una_linea(texto: str) -> str:
    return " ".join(texto.split())


def distintos(
    sitios: list[Pareja], admitidas: Iterable[Diferencia]
) -> dict[str, dict[str, str]]:
    """Cada aspecto que difiere y, página por página, lo que solo hay en un sitio."""
    igualar = {una.aspecto: una.igualar for una in admitidas}
    hallados: dict[str, dict[str, str]] = {}
    for pagina, aspecto, *valores in sitios:
        uno, otro = map(igualar.get(aspecto, list), valores)
        if uno != otro:
            que = f"{sorted(set(uno) - set(otro))} | {sorted(set(otro) - set(uno))}"
            hallados.setdefault(aspecto, {})[pagina] = que
    return hallados


def test_los_dos_sitios_son_el_mismo(
    sitios: list[Pareja],
) -> None:
    assert len({pagina for pagina, *_ in sitios}) > 70
    assert distintos(sitios, ADMITIDAS) == {}


@pytest.mark.parametrize("diferencia", ADMITIDAS, ids=lambda una: una.aspecto)
def test_cada_diferencia_admitida_sigue_ahi(
    sitios: list[Pareja], diferencia: Diferencia
) -> None:
    assert diferencia.aspecto in distintos(sitios, ())


def test_su_buscador_sirve(aciertos: float) -> None:
    assert aciertos >= ACIERTOS_DE_ZENSICAL


@pytest.mark.parametrize("ruta", ["", "guias/pedir-ayuda/", "ejercicios/"])
def test_lo_nuestro_se_aplica_igual(
    abrir: Abrir, web_de_zensical: str, ruta: str
) -> None:
    """El CSS y el JavaScript de la guía: copiar tal cual, descargar, y sin terceros."""
    pagina = abrir(web_de_zensical + ruta, viewport=MOVIL)
    for escrito, copiado in pagina.evaluate(COPIAR):
        assert copiado == escrito
    programas = pagina.locator(".md-content .filename")
    assert pagina.locator(".guia-descarga").count() == programas.count()
    assert [url for url in pagina.peticiones if not url.startswith(MIO)] == []
    assert pagina.evaluate("document.body.scrollWidth <= innerWidth")
