"""Lo primero que se ve: la portada y la página que sale cuando no existe la pedida."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from publicada import LIMITE_MS, Callado, servida

from motor.rutas import DOCS
from verificador.pagina import PORTADA, leer_pagina

if TYPE_CHECKING:
    from conftest import Abrir

ANCHOS = (360, 768, 1280)


@pytest.fixture(scope="module")
def portada(sitio: Path) -> BeautifulSoup:
    html = (sitio / "index.html").read_text("utf-8")
    return BeautifulSoup(html, "html.parser")


def test_la_portada_dice_prefect_en_su_titulo(portada: BeautifulSoup) -> None:
    assert "Prefect" in portada.title.get_text()
    assert "Prefect 3" in portada.h1.get_text()


def test_antes_del_primer_apartado_hay_un_resultado_la_prueba_y_la_entrada(
    portada: BeautifulSoup,
) -> None:
    antes = [e for e in portada.h2.find_all_previous() if "article" in nombres(e)]
    vistos = BeautifulSoup("".join(map(str, antes[::-1])), "html.parser")
    assert vistos.select(".guia-escaparate .cronograma svg[aria-label*=trabaja]")
    assert len(vistos.select(".guia-escaparate ul")[0].select("li")) == 4
    assert vistos.select("a.md-button--primary[href='tutorial/instalacion/#kit']")
    fotos = {i["src"]: i["alt"] for i in portada.select(".guia-escaparate img")}
    declarada = leer_pagina(DOCS / "tutorial" / "dependencias.md").capturas["grafo"]
    assert set(fotos.values()) == {declarada["alt"]}
    assert len(fotos) == 2  # una por tema


def nombres(etiqueta: object) -> list[str]:
    return [padre.name for padre in etiqueta.parents]


def test_el_reproductor_no_esta_en_la_portada(portada: BeautifulSoup) -> None:
    pedidos = [e.get("src") or e.get("href") for e in portada.select("script, link")]
    assert not [p for p in pedidos if p and "reproductor" in p]


def test_la_portada_lleva_a_cada_parte_de_la_guia(portada: BeautifulSoup) -> None:
    carpetas = {
        archivo.relative_to(DOCS).parts[0]
        for archivo in DOCS.rglob("*.md")
        if archivo != PORTADA
    }
    enlazadas = {
        enlace["href"].partition("/")[0] for enlace in portada.select(".grid.cards a")
    }
    assert enlazadas == carpetas


@pytest.mark.figuras
@pytest.mark.parametrize("ancho", ANCHOS)
def test_ninguna_tarjeta_se_queda_sola(abrir: Abrir, web: str, ancho: int) -> None:
    pestana = abrir(web, viewport={"width": ancho, "height": 900})
    filas: dict[int, int] = {}
    for alto in pestana.locator(".grid.cards > ul > li").evaluate_all(
        "todas => todas.map(t => Math.round(t.getBoundingClientRect().top))"
    ):
        filas[alto] = filas.get(alto, 0) + 1
    assert len(set(filas.values())) == 1, filas
    assert pestana.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.figuras
def test_en_un_escritorio_el_resultado_se_ve_sin_desplazarse(
    abrir: Abrir, web: str
) -> None:
    pestana = abrir(web)
    for parte in (".cronograma svg", "ul > li:last-child", "img:visible"):
        caja = pestana.locator(f".guia-escaparate {parte}").first.bounding_box()
        assert caja["y"] + min(caja["height"], 300) <= 900, parte


class ConPerdida(Callado):
    """Como un alojamiento de archivos: a lo que no existe responde con la 404 de la guía."""

    def send_error(self, code: int, *_: object, **__: object) -> None:
        cuerpo = (Path(self.directory) / self.perdida).read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(cuerpo)


@pytest.fixture(scope="module", params=["", "una/guia/"], ids=["raíz", "carpeta"])
def alojada(
    request: pytest.FixtureRequest,
    sitio: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """La web construida sin GUIA_URL y publicada en la raíz, o dentro de una carpeta."""
    raiz = tmp_path_factory.mktemp("alojada") / "raiz"
    destino = raiz / request.param
    destino.parent.mkdir(parents=True, exist_ok=True)
    destino.symlink_to(sitio)
    clase = type("Propia", (ConPerdida,), {"perdida": f"{request.param}404.html"})
    with servida(raiz, clase) as direccion:
        yield f"{direccion}/{request.param}"


@pytest.mark.figuras
@pytest.mark.parametrize("perdida", ["reintnetos", "tutorial/no/existe/programacion/"])
def test_la_404_funciona_a_cualquier_profundidad(
    abrir: Abrir, alojada: str, perdida: str
) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    pestana = abrir(alojada + perdida)
    # Sin guardar el elemento: mientras se busca la carpeta, la página se escribe otra vez.
    expect(pestana.locator(".guia-busca")).to_have_css(
        "display", "flex", timeout=LIMITE_MS
    )
    enlaces = pestana.locator("article ul a").evaluate_all("t => t.map(a => a.href)")
    assert len(enlaces) >= 7
    for enlace in [*enlaces, pestana.locator(".md-logo").first.evaluate("a => a.href")]:
        assert enlace.startswith(alojada), enlace
        assert pestana.request.get(enlace).ok, enlace
    buscado = re.split("/", perdida.strip("/"))[-1]
    assert pestana.locator(".guia-busca input").input_value() == buscado
    pestana.locator(".guia-busca input").fill("programacion")
    pestana.locator(".guia-busca button").click()
    resultado = pestana.locator(".md-search-result__link[href*='programacion/']")
    resultado.first.wait_for()
    assert pestana.url.startswith(alojada)
