"""La guía en papel: lo que imprime un lector, y los PDF que hace `make pdf`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from motor.rutas import DOCS, RAIZ
from verificador.llevar.papel import Cuaderno, del_tutorial, imprimir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from conftest import Abrir

A4 = {"width": 794, "height": 1123}
EJERCICIO = DOCS / "ejercicios" / "03-pipeline-etl.md"
EN_LA_SOLUCION = "Cada task hace una cosa: leer, calcular o escribir."
EN_LA_PARTIDA = "Por hacer: leer {entrada.name}"
CACHE = DOCS / "tutorial" / "cache.md"
# Lo que ocupa más de la centésima parte de una hoja con un fondo que gasta tinta.
OSCUROS = """() => [...document.querySelectorAll("*")].flatMap((elemento) =>
  ["", "::before", "::after"].map((parte) => {
    const { backgroundColor: fondo, display } = getComputedStyle(elemento, parte)
    const [rojo, verde, azul, opaco = 1] = fondo.match(/[\\d.]+/g).map(Number)
    const caja = elemento.getBoundingClientRect()
    const tinta = opaco * (255 - 0.21 * rojo - 0.72 * verde - 0.07 * azul) / 255
    return display !== "none" && tinta > 0.15 && caja.width * caja.height > 0.01 * 794 * 1123
      ? `${elemento.className || elemento.tagName}${parte} ${fondo}` : null
  }).filter(Boolean))
"""
DESPLAZABLES = """() => [...document.querySelectorAll(".md-typeset *")]
  .filter((caja) => /auto|scroll/.test(getComputedStyle(caja).overflowX)
    && caja.clientWidth && caja.scrollWidth > caja.clientWidth + 1)
  .map((caja) => caja.className || caja.tagName)
"""
ICONOS = (
    ".md-header, .md-footer, .md-sidebar, .md-clipboard, .headerlink, .guia-descarga"
)
VISTOS = "(elementos) => elementos.filter((e) => e.checkVisibility()).length"
SIN_BARRA = """(lineas) => lineas.filter((linea) =>
  parseFloat(getComputedStyle(linea).borderLeftWidth) < 2).length"""


@pytest.fixture(scope="module")
def ejercicio(sitio: Path) -> str:
    """Una página sola, preparada para el papel."""
    return Cuaderno([EJERCICIO], sitio).html()


def en_papel(pagina: Page) -> str:
    """Pasa una página al papel, como lo hace el navegador, y dice lo que se lee en ella."""
    pagina.evaluate("dispatchEvent(new Event('beforeprint'))")
    pagina.emulate_media(media="print")
    return pagina.locator("body").inner_text()


@pytest.mark.figuras
@pytest.mark.parametrize("tema", ["light", "dark"])
def test_lo_que_imprime_un_lector(abrir: Abrir, web: str, tema: str) -> None:
    pagina = abrir(f"{web}ejercicios/03-pipeline-etl/", viewport=A4, color_scheme=tema)
    pagina.wait_for_selector(".md-code__nav", state="attached")
    leido = en_papel(pagina)
    assert "Ejercicio 3: pipeline ETL" in leido
    assert EN_LA_PARTIDA in leido  # lo que hay que guardar, aunque estuviera plegado
    assert EN_LA_SOLUCION not in leido
    assert pagina.evaluate(OSCUROS) == []
    assert pagina.evaluate(DESPLAZABLES) == []
    assert pagina.locator(ICONOS).evaluate_all(VISTOS) == 0


@pytest.mark.figuras
def test_una_solucion_abierta_a_proposito_se_imprime(abrir: Abrir, web: str) -> None:
    pagina = abrir(f"{web}ejercicios/03-pipeline-etl/", viewport=A4)
    pagina.locator("summary", has_text="El programa y por qué es así").click()
    assert EN_LA_SOLUCION in en_papel(pagina)


@pytest.mark.figuras
def test_lo_resaltado_se_ve_sin_colores_y_las_tablas_caben(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(f"{web}tutorial/cache/", viewport=A4, color_scheme="dark")
    en_papel(pagina)
    lineas = pagina.locator(".hll")
    assert lineas.count() > 5
    assert lineas.evaluate_all(SIN_BARRA) == 0
    assert pagina.evaluate(OSCUROS) == []
    assert pagina.evaluate(DESPLAZABLES) == []


@pytest.mark.figuras
def test_una_pagina_sola_en_papel(
    ejercicio: str, navegador: Browser, abrir: Abrir, tmp_path: Path
) -> None:
    imprimir(ejercicio, tmp_path / "uno.pdf", navegador)
    pdf = (tmp_path / "uno.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 5
    assert b"/Outlines" in pdf  # los títulos, como marcadores
    assert b"file:" not in pdf  # ningún enlace a un archivo de quien lo hizo

    (tmp_path / "uno.html").write_text(ejercicio, "utf-8")
    pagina = abrir((tmp_path / "uno.html").as_uri(), viewport=A4)
    leido = en_papel(pagina)
    assert "Ejercicio 3: pipeline ETL" in leido
    assert EN_LA_PARTIDA in leido
    assert EN_LA_SOLUCION not in leido
    assert pagina.evaluate(OSCUROS) == []


def test_en_el_tutorial_entero_cada_enlace_tiene_destino(
    sitio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUIA_URL", raising=False)
    sopa = BeautifulSoup(Cuaderno(del_tutorial(), sitio).html(), "html.parser")
    capitulos = sopa.find_all("article")
    assert [c.h1.get_text() for c in capitulos][:2] == ["Qué es Prefect", "Instalación"]
    assert len(capitulos) == len(del_tutorial())
    ids = [elemento["id"] for elemento in sopa.find_all(id=True)]
    assert len(ids) == len(set(ids))
    destinos = {enlace["href"] for enlace in sopa.select("a[href]")}
    dentro = {destino[1:] for destino in destinos if destino.startswith("#")}
    assert len(dentro) > 100
    assert dentro - set(ids) == set()
    fuera = {destino for destino in destinos if not destino.startswith("#")}
    assert [destino for destino in fuera if not destino.startswith("http")] == []


def test_con_direccion_publica_lo_de_fuera_lleva_a_la_web(
    sitio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIA_URL", "https://web.invalid/guia/")
    sopa = BeautifulSoup(Cuaderno([CACHE], sitio).html(), "html.parser")
    destinos = [enlace["href"] for enlace in sopa.select("a[href]")]
    assert "https://web.invalid/guia/tutorial/programacion/" in destinos
    publica = "https://web.invalid/guia/referencia/pruebas/#test_"
    assert any(destino.startswith(publica) for destino in destinos)


def test_una_sola_orden_lo_hace() -> None:
    ordenes = (RAIZ / "Makefile").read_text("utf-8")
    assert "python -m verificador.llevar.papel $(PAGINA)" in ordenes
