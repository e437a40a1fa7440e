"""Las figuras y las capturas se leen en un teléfono, y se agrandan con el ratón y el teclado."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from publicada import ESCRITORIO, cada_pagina

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from conftest import Abrir

pytestmark = pytest.mark.figuras
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

MOVIL = {"width": 360, "height": 800}
MINIMO_PX = 11
DIALOGO = "dialog.guia-ampliada"
# El tamaño en pantalla de cada letra: el suyo, por lo que la encoge su dibujo.
LETRAS = """
() => {
  for (const caja of document.querySelectorAll("details")) caja.open = true
  return [...document.querySelectorAll(".figura text")].map((texto) => {
    const { c, d } = texto.getScreenCTM()
    return [texto.textContent, parseFloat(getComputedStyle(texto).fontSize) * Math.hypot(c, d)]
  })
}
"""
# Cuánto se ve de cada captura, respecto a lo que medía al fotografiarla, que era legible.
CAPTURAS = """
() => [...document.querySelectorAll("img.captura")]
  .filter((foto) => foto.getClientRects().length)
  .map((foto) => foto.getBoundingClientRect().width / foto.getAttribute("width"))
"""
SE_SALE = "() => document.scrollingElement.scrollWidth > innerWidth"
# Dónde acaba cada caja y dónde empieza lo que la sigue, que no es el botón.
HUECOS = """
() => [...document.querySelectorAll(".figura, p:has(> img.captura)")].map((caja) => {
  let despues = caja.nextElementSibling
  if (despues && despues.matches(".guia-ampliar")) despues = despues.nextElementSibling
  const abajo = caja.getBoundingClientRect().bottom
  return despues && Math.round(despues.getBoundingClientRect().top - abajo)
})
"""


def ancho(dibujo: Locator) -> float:
    return dibujo.bounding_box()["width"]


def primera(pagina: Page, caja: str) -> Locator:
    """El primer dibujo que se ve de esa clase, a la vista."""
    dibujo = pagina.locator(f"{caja}:visible").first
    dibujo.scroll_into_view_if_needed()
    return dibujo


def test_en_un_telefono_se_lee_cada_figura_y_cada_captura(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web, viewport=MOVIL)
    letras, fotos, pequenas, salidas = 0, 0, [], []
    for suya in cada_pagina(pagina, web, con=r'\.(svg|captura\.md)"'):
        for texto, medida in pagina.evaluate(LETRAS):
            letras += 1
            if medida < MINIMO_PX - 0.01:
                pequenas.append((suya, texto, medida))
        escalas = pagina.evaluate(CAPTURAS)
        fotos += len(escalas)
        pequenas += [(suya, "captura", escala) for escala in escalas if escala < 0.99]
        if pagina.evaluate(SE_SALE):
            salidas.append(suya)
    assert letras > 300
    assert fotos > 8
    assert pequenas == []
    assert salidas == []


@pytest.mark.parametrize("tamano", [ESCRITORIO, MOVIL], ids=["escritorio", "móvil"])
@pytest.mark.parametrize(
    ("ruta", "dibujo"),
    [("tutorial/cache/", ".figura svg"), ("tutorial/ui-local/", "img.captura")],
    ids=["figura", "captura"],
)
def test_se_agranda_con_el_teclado_y_el_foco_vuelve(
    abrir: Abrir, web: str, ruta: str, dibujo: str, tamano: dict[str, int]
) -> None:
    pagina = abrir(web + ruta, viewport=tamano)
    medida = ancho(primera(pagina, dibujo))
    boton = pagina.get_by_role("button", name="Ampliar").first
    boton.press("Enter")
    ventana = pagina.get_by_role("dialog", name="Figura ampliada")
    assert ancho(ventana.locator("svg, img")) >= medida * 1.4
    pagina.keyboard.press("Escape")
    expect(pagina.locator(DIALOGO)).to_have_count(0)
    expect(boton).to_be_focused()


def test_se_agranda_pulsando_en_ella_y_se_cierra_pulsando_fuera(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(f"{web}tutorial/cache/")
    primera(pagina, ".figura svg").click()
    expect(pagina.locator(DIALOGO)).to_be_visible()
    pagina.get_by_role("button", name="Cerrar").click()
    expect(pagina.locator(DIALOGO)).to_have_count(0)
    primera(pagina, ".figura svg").click()
    pagina.locator(f"{DIALOGO} > .figura").click(position={"x": 5, "y": 5})
    expect(pagina.locator(DIALOGO)).to_have_count(0)
    expect(pagina.get_by_role("button", name="Ampliar").first).to_be_focused()


@pytest.mark.parametrize("tamano", [ESCRITORIO, MOVIL], ids=["escritorio", "móvil"])
def test_el_boton_no_mueve_nada(abrir: Abrir, web: str, tamano: dict[str, int]) -> None:
    ruta = f"{web}tutorial/reintentos/"
    con = abrir(ruta, viewport=tamano)
    expect(con.get_by_role("button", name="Ampliar").first).to_be_visible()
    sin = abrir(ruta, viewport=tamano, java_script_enabled=False)
    assert con.evaluate(HUECOS) == sin.evaluate(HUECOS)
