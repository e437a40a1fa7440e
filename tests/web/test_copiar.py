"""Lo que se copia de un bloque es lo que hay en él, ni más ni menos, en cada página."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from motor.rutas import DOCS
from verificador.pagina import paginas

if TYPE_CHECKING:
    from conftest import Abrir

pytestmark = pytest.mark.figuras

MOVIL = {"width": 360, "height": 800}
# Lo que hace el botón del tema: marca el bloque y toma de él el texto que se ve.
COPIAR = """
() => {
  const bloques = [...document.querySelectorAll(".md-content pre > code")]
  for (const caja of document.querySelectorAll("details")) caja.open = true
  return bloques.map((bloque) => {
    bloque.setAttribute("data-md-copying", "")
    const copiado = bloque.innerText.trimEnd()
    bloque.removeAttribute("data-md-copying")
    return [bloque.textContent.trimEnd(), copiado]
  })
}
"""
# Selecciona un bloque entero y lo copia, como con el ratón y el teclado.
SELECCIONAR = """
(bloque) => {
  getSelection().selectAllChildren(bloque)
  const datos = new DataTransfer()
  const copia = new ClipboardEvent("copy", {
    clipboardData: datos, bubbles: true, cancelable: true,
  })
  bloque.dispatchEvent(copia)
  return datos.getData("text/plain")
}
"""


def test_el_boton_copia_cada_bloque_tal_como_es(abrir: Abrir, web: str) -> None:
    pagina = abrir(web, viewport=MOVIL)  # ahí se doblan más líneas que en ningún sitio
    distintos, cuantos = [], 0
    for ruta in paginas():
        if DOCS not in ruta.parents:
            continue
        suya = ruta.relative_to(DOCS).with_suffix("").as_posix()
        suya = suya.removesuffix("index").strip("/")
        pagina.goto(f"{web}{suya}/" if suya else web, wait_until="domcontentloaded")
        for escrito, copiado in pagina.evaluate(COPIAR):
            cuantos += 1
            if escrito != copiado:
                distintos.append((suya, escrito[:60]))
    assert cuantos > 500
    assert distintos == []


def test_lo_que_se_selecciona_se_copia_igual(abrir: Abrir, web: str) -> None:
    pagina = abrir(f"{web}guias/pedir-ayuda/", viewport=MOVIL)
    salida = pagina.locator(".language-text pre > code").first
    assert salida.evaluate(SELECCIONAR) == salida.text_content()


def test_copiar_lo_de_fuera_de_un_bloque_es_cosa_del_navegador(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web)
    assert pagina.locator("h1").evaluate(SELECCIONAR) == ""
