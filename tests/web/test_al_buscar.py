"""El índice de búsqueda pesa más que una página: solo lo descarga quien va a buscar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from publicada import ESCRITORIO, LIMITE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from conftest import Abrir

pytestmark = pytest.mark.figuras
# «make test» no lo instala, y no lanza estas pruebas; «make test-figuras», sí.
expect = pytest.importorskip("playwright.sync_api").expect

INDICE = "**/search/search_index.json"
CASILLA = ".md-search__input"
HALLADO = ".md-search-result__link[href*='tutorial/reintentos/']"
MOVIL = {"width": 360, "height": 800}


def pedidos(pagina: Page) -> int:
    """Cuántas veces ha pedido la página el índice."""
    return sum(url.endswith("/search_index.json") for url in pagina.peticiones)


@pytest.mark.parametrize("pagina", ["", "tutorial/cache/"])
def test_leer_una_pagina_no_pide_el_indice(abrir: Abrir, web: str, pagina: str) -> None:
    pestana = abrir(web + pagina)
    pestana.wait_for_load_state("networkidle")
    assert pedidos(pestana) == 0


@pytest.mark.parametrize("gesto", ["/", "s", "f", "pulsar", "pulsar la lupa"])
def test_ir_a_buscar_lo_pide_una_vez(abrir: Abrir, web: str, gesto: str) -> None:
    lupa = gesto == "pulsar la lupa"  # en el móvil la casilla no se ve hasta entonces
    pestana = abrir(web, viewport=MOVIL if lupa else ESCRITORIO)
    with pestana.expect_response(INDICE):
        if lupa:
            pestana.locator(".md-header__button[for=__search]").first.click()
        elif gesto == "pulsar":
            pestana.locator(CASILLA).click()
        else:
            pestana.keyboard.press(gesto)
    pestana.locator(CASILLA).blur()
    pestana.locator(CASILLA).focus()
    pestana.keyboard.type("reintentos")
    expect(pestana.locator(HALLADO).first).to_contain_text(
        "Reintentos", timeout=LIMITE_MS
    )
    assert pedidos(pestana) == 1


def test_lo_tecleado_mientras_llega_no_se_pierde(abrir: Abrir, web: str) -> None:
    pestana = abrir(web)
    retenidos = []
    pestana.route(INDICE, lambda ruta: retenidos.append(ruta))
    with pestana.expect_request(INDICE):
        pestana.keyboard.press("s")
    pestana.keyboard.type("reintentos")
    expect(pestana.locator(CASILLA)).to_have_value("reintentos")
    expect(pestana.locator(HALLADO)).to_have_count(0)

    (retenido,) = retenidos
    retenido.continue_()

    expect(pestana.locator(HALLADO).first).to_contain_text(
        "Reintentos", timeout=LIMITE_MS
    )


def test_una_direccion_que_ya_busca_no_espera_a_nadie(abrir: Abrir, web: str) -> None:
    pestana = abrir(f"{web}?q=reintentos")
    expect(pestana.locator(HALLADO).first).to_contain_text(
        "Reintentos", timeout=LIMITE_MS
    )
    assert pedidos(pestana) == 1
