"""Lo que se copia de un bloque es lo que hay en él, ni más ni menos, en cada página."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from publicada import cada_pagina

if TYPE_CHECKING:
    from conftest import Abrir

pytestmark = pytest.mark.figuras

PRUEBAS = "referencia/pruebas"  # funciones sueltas, sin título: solo para consultarlas
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
CON_BOTONES = """
() => document.querySelectorAll(".md-content pre > code").length
  === document.querySelectorAll(".md-content .md-code__nav").length
"""
# Los bloques cuyo botón de copiar cae sobre alguna letra de sus dos primeras líneas. El botón
# mide más que su dibujo: se le quita un quinto por cada lado.
TAPADOS = """
() => [...document.querySelectorAll(".md-content .md-code__nav button")]
  .filter((boton) => {
    const caja = boton.getBoundingClientRect()
    const margen = caja.width / 5
    const lineas = [...boton.closest("pre").querySelectorAll("code > span")].slice(0, 2)
    return lineas.some((linea) => {
      const letras = document.createRange()
      letras.selectNodeContents(linea)
      return [...letras.getClientRects()].some(
        (letra) =>
          letra.width > 1 &&
          letra.right > caja.left + margen && letra.left < caja.right - margen &&
          letra.bottom > caja.top + margen && letra.top < caja.bottom - margen,
      )
    })
  })
  .map((boton) => boton.closest("pre").innerText.slice(0, 60))
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
    """Y no tapa lo que copia."""
    pagina = abrir(web, viewport=MOVIL)  # ahí se doblan más líneas que en ningún sitio
    distintos, tapados, cuantos = [], [], 0
    for suya in cada_pagina(pagina, web):
        if suya != PRUEBAS:
            pagina.wait_for_function(CON_BOTONES)
            tapados += [(suya, bloque) for bloque in pagina.evaluate(TAPADOS)]
        for escrito, copiado in pagina.evaluate(COPIAR):
            cuantos += 1
            if escrito != copiado:
                distintos.append((suya, escrito[:60]))
    assert cuantos > 500
    assert distintos == []
    assert tapados == []


def test_lo_que_se_selecciona_se_copia_igual(abrir: Abrir, web: str) -> None:
    pagina = abrir(f"{web}guias/pedir-ayuda/", viewport=MOVIL)
    salida = pagina.locator(".language-text pre > code").first
    assert salida.evaluate(SELECCIONAR) == salida.text_content()


def test_copiar_lo_de_fuera_de_un_bloque_es_cosa_del_navegador(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web)
    assert pagina.locator("h1").evaluate(SELECCIONAR) == ""
