"""Las salidas dicen a la vista qué ha pasado, y lo que se copia de ellas no cambia."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from publicada import ESCRITORIO

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from conftest import Abrir

pytestmark = pytest.mark.figuras
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

MOVIL = {"width": 360, "height": 800}
CON_TRAZAS = ["guias/pedir-ayuda/", "tutorial/reintentos/", "produccion/reanudar/"]
CON_AVISO = "produccion/logs-y-artifacts/"  # la única con una línea WARNING
SALIDA = ".language-text pre > code"
TEXTOS = f"""
() => [...document.querySelectorAll(".md-content {SALIDA}")].map((salida) => salida.textContent)
"""
# Abre las cajas y pasa por cada salida, como quien baja leyendo.
RECORRER = f"""
async () => {{
  for (const caja of document.querySelectorAll("details")) caja.open = true
  for (const salida of document.querySelectorAll("{SALIDA}")) {{
    salida.scrollIntoView({{ block: "center", behavior: "instant" }})
    await new Promise((sigue) => requestAnimationFrame(() => requestAnimationFrame(sigue)))
  }}
}}
"""
COPIADOS = f"""
() => [...document.querySelectorAll(".md-content {SALIDA}")].map((salida) => {{
  salida.setAttribute("data-md-copying", "")
  const copiado = salida.innerText
  salida.removeAttribute("data-md-copying")
  return copiado.trimEnd()
}})
"""
ALTOS = f"""
() => [...document.querySelectorAll(".md-content {SALIDA}")].map((salida) =>
  salida.getBoundingClientRect().height)
"""
# El menor contraste de cada clase de letra con lo que tiene detrás.
CONTRASTES = """
() => {
  const numeros = (color) => color.match(/[\\d.]+/g).map(Number)
  const luz = ([r, g, b]) => [r, g, b]
    .map((canal) => canal / 255)
    .map((canal) => (canal <= 0.04045 ? canal / 12.92 : ((canal + 0.055) / 1.055) ** 2.4))
    .reduce((suma, canal, i) => suma + canal * [0.2126, 0.7152, 0.0722][i], 0)
  const fondo = (nodo) => {
    const [r, g, b, a = 1] = numeros(getComputedStyle(nodo).backgroundColor)
    if (a === 1) return [r, g, b]
    const detras = fondo(nodo.parentElement)
    return [r, g, b].map((canal, i) => canal * a + detras[i] * (1 - a))
  }
  const peores = {}
  const clases = "[class^=salida-], [class^=traza-], .guia-pliegue"
  for (const nodo of document.querySelectorAll(clases)) {
    const pares = [luz(numeros(getComputedStyle(nodo).color)), luz(fondo(nodo))]
    const [oscura, clara] = pares.sort((una, otra) => una - otra)
    const clase = nodo.parentElement.className + " " + nodo.className
    const contraste = (clara + 0.05) / (oscura + 0.05)
    peores[clase] = Math.min(peores[clase] ?? 21, contraste)
  }
  return peores
}
"""
# De cada nivel, lo que lo distingue sin contar el color: su peso, su fondo y su raya.
FORMAS = """
() => Object.fromEntries([...document.querySelectorAll("[class^=registro-]")].map((linea) => {
  const nivel = getComputedStyle(linea.querySelector(".salida-nivel"))
  const raya = getComputedStyle(linea, "::before")
  const conRaya = raya.content === "none" ? "" : raya.borderLeftStyle
  return [linea.querySelector(".salida-nivel").textContent,
    [nivel.fontWeight, nivel.backgroundColor === "rgba(0, 0, 0, 0)", conRaya]]
}))
"""
SALTOS = """
() => new Promise((hecho) => {
  new PerformanceObserver((lista, observador) => {
    observador.disconnect()
    hecho(lista.getEntries().reduce((suma, salto) => suma + salto.value, 0))
  }).observe({ type: "layout-shift", buffered: true })
  setTimeout(() => hecho(0), 300) // sin ninguno, no avisa
})
"""
# Los ✓ que citan algo de un bloque de su sección, y a dónde llevan.
CITAS = """
() => [...document.querySelectorAll(".md-content a[title]")]
  .filter((enlace) => enlace.textContent === "✓" && enlace.pathname === location.pathname)
  .map((enlace) => {
    const linea = document.getElementById(enlace.hash.slice(1))
    return [enlace.title, linea.matches("pre > code > span") && linea.textContent]
  })
"""


def empieza(citado: str, linea: str) -> bool:
    """Si lo citado empieza en esa línea: «…» es cualquier texto, y puede seguir en otra."""
    principio = re.split(r"…|\.\.\.", citado)[0]
    return " ".join(principio.split()) in " ".join(linea.split())


def recorrida(abrir: Abrir, direccion: str, **opciones: object) -> Page:
    """Una página con todas sus salidas ya vistas."""
    pagina = abrir(direccion, **opciones)
    pagina.wait_for_load_state("networkidle")
    pagina.evaluate(RECORRER)
    return pagina


@pytest.mark.parametrize("ruta", CON_TRAZAS)
def test_lo_que_se_copia_es_lo_que_imprimio_el_programa(
    abrir: Abrir, web: str, ruta: str
) -> None:
    escritos = abrir(web + ruta, java_script_enabled=False).evaluate(TEXTOS)
    pagina = recorrida(abrir, web + ruta, viewport=MOVIL)
    assert pagina.locator(".salida-nivel").count() > 5
    assert pagina.locator(".guia-pliegue").count() > 1
    assert pagina.evaluate(TEXTOS) == escritos
    assert pagina.evaluate(COPIADOS) == [texto.rstrip() for texto in escritos]


@pytest.mark.parametrize("tema", ["light", "dark"])
def test_los_niveles_se_distinguen_por_su_color_y_por_su_forma(
    abrir: Abrir, web: str, tema: str
) -> None:
    formas = {}
    for ruta in ("guias/pedir-ayuda/", CON_AVISO):
        pagina = recorrida(abrir, web + ruta, color_scheme=tema)
        contrastes = pagina.evaluate(CONTRASTES)
        assert len(contrastes) > 5
        assert {c: v for c, v in contrastes.items() if v < 4.5} == {}
        formas |= pagina.evaluate(FORMAS)
    assert {"INFO", "WARNING", "ERROR"} <= formas.keys()
    assert len({str(forma) for forma in formas.values()}) == len(formas)


@pytest.mark.parametrize("tamano", [ESCRITORIO, MOVIL], ids=["escritorio", "móvil"])
def test_el_color_no_mueve_nada(abrir: Abrir, web: str, tamano: dict[str, int]) -> None:
    ruta = f"{web}{CON_AVISO}"
    pagina = recorrida(abrir, ruta, viewport=tamano)
    assert pagina.locator(".salida-nivel").count() > 10
    sin = abrir(ruta, viewport=tamano, java_script_enabled=False)
    sin.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    assert pagina.evaluate(ALTOS) == sin.evaluate(ALTOS)
    assert pagina.evaluate(SALTOS) < 0.01


def test_plegar_una_traza_no_mueve_lo_que_se_ve(abrir: Abrir, web: str) -> None:
    """Ni aunque la página se abra por ella."""
    ruta = f"{web}tutorial/dependencias/"
    principio = ".language-text span[id]:has(+ .guia-pliegue)"
    ancla = abrir(ruta, viewport=MOVIL).locator(principio).first.get_attribute("id")
    pagina = abrir(f"{ruta}#{ancla}", viewport=MOVIL)
    expect(pagina.locator(f"#{ancla}")).to_be_in_viewport()
    expect(pagina.locator(".guia-pliegue")).not_to_have_count(0)
    assert pagina.evaluate(SALTOS) < 0.01


def test_de_una_traza_se_ven_las_lineas_del_lector_y_el_error(
    abrir: Abrir, web: str
) -> None:
    pagina = recorrida(abrir, f"{web}guias/pedir-ayuda/")
    salida = pagina.locator(SALIDA, has_text="Traceback").first
    alto = salida.bounding_box()["height"]
    for clase, texto in (("tuya", "ingresos.py"), ("error", "KeyError: 'cantidad'")):
        linea = salida.locator(f".traza-{clase}", has_text=texto).last
        assert linea.bounding_box()["height"] > 10
    ajena = salida.locator(".traza-ajena", has_text="site-packages").first
    assert ajena.bounding_box()["height"] == 0
    assert ajena.get_attribute("hidden") == "until-found"
    boton = salida.get_by_role("button", name="10 líneas de bibliotecas").first
    boton.press("Enter")
    expect(boton).to_have_attribute("aria-expanded", "true")
    assert ajena.bounding_box()["height"] > 10
    assert salida.bounding_box()["height"] > alto + 100
    boton.press("Enter")
    assert salida.bounding_box()["height"] == alto


def test_al_imprimir_y_sin_javascript_la_traza_sale_entera(
    abrir: Abrir, web: str
) -> None:
    for opciones in ({}, {"java_script_enabled": False}):
        pagina = abrir(f"{web}guias/pedir-ayuda/", **opciones)
        pagina.evaluate(
            "document.querySelectorAll('details').forEach((d) => d.open = true)"
        )
        pagina.emulate_media(media="print")
        expect(pagina.locator(".guia-pliegue:visible")).to_have_count(0)
        lineas = pagina.locator(f"{SALIDA} > span", has_text="site-packages")
        altos = lineas.evaluate_all("(todas) => todas.map((l) => l.clientHeight)")
        assert len(altos) > 20
        assert min(altos) > 10


@pytest.mark.parametrize(
    "ruta", ["tutorial/primer-flow/", "produccion/por-que-no/", *CON_TRAZAS]
)
def test_cada_cita_lleva_a_su_linea(abrir: Abrir, web: str, ruta: str) -> None:
    pagina = abrir(web + ruta)
    citas = pagina.evaluate(CITAS)
    con_linea = [(texto, linea) for texto, linea in citas if linea]
    assert len(con_linea) > len(citas) / 3  # las demás citan una figura o una captura
    assert [par for par in con_linea if not empieza(*par)] == []
    de_bloques = "".join(pagina.locator("pre > code").all_text_contents())
    sin_linea = [texto for texto, linea in citas if not linea]
    assert [t for t in sin_linea if t in de_bloques] == []


def test_la_linea_citada_se_ve_aunque_este_plegada(abrir: Abrir, web: str) -> None:
    """Dentro de una caja cerrada, y entre las líneas de una traza que no son del lector."""
    pagina = abrir(f"{web}tutorial/reintentos/")
    pagina.locator("li a[title='Intento 4']:visible").click()
    citada = pagina.locator(".guia-citada")
    expect(citada).to_contain_text("Intento 4")
    expect(citada).to_be_in_viewport()
    plegada = pagina.locator(".traza-ajena[hidden]").first
    pagina.evaluate("(id) => (location.hash = id)", plegada.get_attribute("id"))
    expect(citada).to_contain_text("site-packages")
    expect(citada).to_be_in_viewport()
    expect(citada).not_to_have_attribute("hidden", "until-found")
