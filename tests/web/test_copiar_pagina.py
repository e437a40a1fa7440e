"""«Copiar página» en un navegador: con el teclado, sin red, desde el disco y sin portapapeles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from conftest import Abrir

pytestmark = pytest.mark.figuras
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

PAGINA = "tutorial/primer-flow/"
BOTON = ".guia-copiar"
AVISO = ".guia-copiar__aviso"
LEER = "navigator.clipboard.readText()"
# Lo que recibiría el portapapeles al copiar a la antigua, y si el navegador lo permite.
ESPIAR = """
(permite) => {
  Object.defineProperty(navigator, "clipboard", { value: undefined })
  document.execCommand = (orden) => {
    window.copiado = document.activeElement.value
    return permite
  }
}
"""


def markdown(sitio: Path, url: str) -> str:
    return (sitio / url / "index.md").read_text("utf-8")


def pulsar(pagina: Page) -> None:
    """Pulsa el botón como quien no usa el ratón."""
    boton = pagina.locator(BOTON)
    boton.focus()
    boton.press("Enter")


def test_copia_el_markdown_sin_red(abrir: Abrir, web: str, sitio: Path) -> None:
    permisos = ["clipboard-read", "clipboard-write"]
    pagina = abrir(web + PAGINA, permissions=permisos)
    pagina.wait_for_load_state("networkidle")  # el icono se pide al final
    pagina.context.set_offline(True)
    pedidas = len(pagina.peticiones)
    pulsar(pagina)
    expect(pagina.locator(BOTON)).to_have_text("Copiada")
    expect(pagina.locator(AVISO)).to_have_text("Página copiada como Markdown")
    expect(pagina.locator(BOTON)).to_be_focused()
    assert pagina.evaluate(LEER) == markdown(sitio, PAGINA)
    assert len(pagina.peticiones) == pedidas
    # Y vuelve a ofrecerse.
    expect(pagina.locator(BOTON)).to_have_text("Copiar página", timeout=10_000)
    expect(pagina.locator(AVISO)).to_be_empty()


def test_copia_desde_el_disco(abrir: Abrir, sitio: Path) -> None:
    pagina = abrir((sitio / PAGINA / "index.html").as_uri())
    pagina.evaluate(ESPIAR, True)
    pulsar(pagina)
    expect(pagina.locator(BOTON)).to_have_text("Copiada")
    assert pagina.evaluate("window.copiado") == markdown(sitio, PAGINA)
    expect(pagina.locator(BOTON)).to_be_focused()


def test_si_no_puede_copiar_lo_dice(abrir: Abrir, web: str) -> None:
    pagina = abrir(web + PAGINA)
    pagina.evaluate(ESPIAR, False)
    pulsar(pagina)
    expect(pagina.locator(BOTON)).to_have_text("No se ha copiado")
    expect(pagina.locator(AVISO)).to_contain_text("no ha dejado copiar")


def test_sin_javascript_no_hay_boton(abrir: Abrir, web: str) -> None:
    pagina = abrir(web + PAGINA, java_script_enabled=False)
    expect(pagina.locator("h1")).to_be_visible()
    expect(pagina.locator(BOTON)).to_be_hidden()


def test_el_color_de_la_barra_sigue_al_tema_elegido(abrir: Abrir, web: str) -> None:
    """Y no al del sistema, que es lo que dice la página antes de que corra nada."""
    color = "document.querySelector('meta[name=theme-color]')?.content"
    pagina = abrir(web, color_scheme="light")
    assert pagina.evaluate(color) == "#f6f4ed"
    pagina.locator("label[for=__palette_1]").click()
    pagina.locator("label[for=__palette_2]").click()
    pagina.wait_for_function(f"{color} === '#132329'")
