"""La web en un navegador de verdad: lo que su HTML solo no puede demostrar."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from publicada import ESCRITORIO, LIMITE_MS

from motor.rutas import DOCS, README, SNIPPETS
from verificador import kit
from verificador.figuras.grabacion import texto_visible
from verificador.pagina import leer_pagina, paginas

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from conftest import Abrir

pytestmark = pytest.mark.figuras
# «make test» no lo instala, y no lanza estas pruebas; «make test-figuras», sí.
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

GRABACION = SNIPPETS / "inicio" / "index" / "hola.cast"
FIGURA = ".guia-grabacion"
PANTALLA = ".guia-grabacion__pantalla"
MANDO = f"{FIGURA} button"
SALIDA = ".language-bash ~ .language-text"
REINTENTO_MS = 3_000
MOVIL = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def web_con_direccion(con_direccion: tuple[str, Path]) -> str:
    """Con ella se cambia de página sin recargar."""
    return con_direccion[0]


def reproductor(pagina: Page) -> list[str]:
    """Las peticiones que la página ha hecho del reproductor."""
    return [url for url in pagina.peticiones if "/reproductor/" in url]


def seguido(texto: str) -> str:
    """El texto sin espacios ni saltos, que dependen del ancho de la terminal."""
    return re.sub(r"\s", "", texto)


def esperar_final(pagina: Page) -> None:
    """Pulsa reproducir y espera a que la grabación termine."""
    pagina.locator(MANDO).click()
    expect(pagina.locator(MANDO)).to_have_text("Repetir", timeout=LIMITE_MS)


def exigir_cartel(pagina: Page) -> None:
    """Se ve el último fotograma entero, y el reproductor ni se pide."""
    pagina.locator(FIGURA).scroll_into_view_if_needed()
    expect(pagina.locator(MANDO)).to_have_text("Reproducir")
    pagina.wait_for_load_state("networkidle")
    pantalla = pagina.locator(PANTALLA)
    escrito = texto_visible(GRABACION.read_text("utf-8"))
    assert seguido(pantalla.text_content()) == seguido(escrito)
    assert pantalla.evaluate("p => p.scrollHeight <= p.clientHeight")
    assert not reproductor(pagina)


def exigir_sin_animacion(pagina: Page) -> None:
    """La página se lee igual, y el reproductor ni se pide."""
    pagina.wait_for_load_state("networkidle")
    expect(pagina.locator(FIGURA)).to_be_hidden()
    expect(pagina.locator(SALIDA)).to_contain_text("Hola, Luis")
    assert not reproductor(pagina)


@pytest.mark.parametrize("tamano", [ESCRITORIO, MOVIL], ids=["escritorio", "móvil"])
def test_la_portada_acaba_ensenando_toda_la_sesion(
    abrir: Abrir, web: str, tamano: dict[str, int]
) -> None:
    pagina = abrir(web, viewport=tamano)
    exigir_cartel(pagina)
    esperar_final(pagina)
    # Si no cupiera entera, la terminal se habría desplazado y faltaría el principio.
    visto = seguido(pagina.locator(PANTALLA).text_content())
    assert visto == seguido(texto_visible(GRABACION.read_text("utf-8")))
    assert all(url.startswith(web) for url in pagina.peticiones), pagina.peticiones


def test_la_animacion_ni_mueve_la_pagina_ni_se_lleva_el_foco(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web)
    siguiente = pagina.locator("#por-que")
    pagina.locator(MANDO).scroll_into_view_if_needed()
    antes = siguiente.bounding_box()
    esperar_final(pagina)
    assert siguiente.bounding_box() == antes
    expect(pagina.locator(MANDO)).to_be_focused()


def test_la_animacion_se_detiene_y_se_repite(abrir: Abrir, web: str) -> None:
    pagina = abrir(web)
    mando = pagina.locator(MANDO)
    mando.press("Enter")
    for rotulo in ("Pausar", "Continuar"):
        expect(mando).to_have_text(rotulo, timeout=LIMITE_MS)
        mando.press("Enter")
    expect(mando).to_have_text("Repetir", timeout=LIMITE_MS)
    mando.click()
    expect(mando).to_have_text("Pausar")
    expect(pagina.locator(PANTALLA)).not_to_contain_text("Stopping")


def test_con_menos_movimiento_nada_se_mueve_si_no_se_pide(
    abrir: Abrir, web: str
) -> None:
    exigir_cartel(abrir(web, reduced_motion="reduce"))


def test_sin_javascript_no_hay_animacion(abrir: Abrir, web: str) -> None:
    exigir_sin_animacion(abrir(web, java_script_enabled=False))


def test_al_imprimir_no_hay_animacion(abrir: Abrir, web: str) -> None:
    pagina = abrir(web)
    expect(pagina.locator(FIGURA)).to_be_visible()
    pagina.emulate_media(media="print")
    expect(pagina.locator(FIGURA)).to_be_hidden()
    expect(pagina.locator(SALIDA)).to_contain_text("Hola, Luis")


def test_si_falta_el_reproductor_queda_el_cartel(abrir: Abrir, web: str) -> None:
    pagina = abrir("about:blank")
    pagina.route("**/*player.min.js", lambda ruta: ruta.abort())
    pagina.goto(web)
    pagina.locator(MANDO).click()
    expect(pagina.locator(MANDO)).to_have_count(0)
    expect(pagina.locator(PANTALLA)).to_contain_text("Hola, Luis")
    expect(pagina.locator(SALIDA)).to_contain_text("Hola, Luis")


def test_la_portada_se_anima_tambien_desde_disco(abrir: Abrir, sitio: Path) -> None:
    esperar_final(abrir((sitio / "index.html").as_uri()))


DESCARGABLES = """() => Promise.all(
    [...document.querySelectorAll(".guia-descarga")].map(async enlace =>
        [enlace.download, await (await fetch(enlace.href)).text()]
    )
)"""


def test_cada_archivo_se_descarga_como_lo_ejecuta_la_guia(
    abrir: Abrir, web: str
) -> None:
    pestana = abrir(web)
    for ruta in paginas():
        vallas = [valla for _, valla in leer_pagina(ruta).vallas if valla.titulo]
        if ruta == README or not vallas:
            continue
        carpeta = ruta.relative_to(DOCS).with_suffix("").as_posix()
        pestana.goto(f"{web}{carpeta.removesuffix('index')}")
        pestana.wait_for_selector(".guia-descarga", state="attached")
        ofrecidos = [tuple(par) for par in pestana.evaluate(DESCARGABLES)]
        escritos = [(Path(v.titulo).name, v.codigo.rstrip("\n") + "\n") for v in vallas]
        assert ofrecidos == escritos, ruta


def test_al_pulsar_se_guarda_con_su_nombre(abrir: Abrir, web: str) -> None:
    pestana = abrir(web)
    with pestana.expect_download() as descarga:
        pestana.get_by_label("Descargar hola.py").click()
    assert descarga.value.suggested_filename == "hola.py"
    programa = SNIPPETS / "inicio" / "index" / "hola.py"
    assert Path(descarga.value.path()).read_bytes() == programa.read_bytes()


def test_el_kit_se_descarga_desde_la_pagina_de_instalacion(
    abrir: Abrir, web: str
) -> None:
    pestana = abrir(f"{web}tutorial/instalacion/")
    with pestana.expect_download() as descarga:
        pestana.get_by_text("Descarga prefect-kit.zip").click()
    assert Path(descarga.value.path()).read_bytes() == kit.empaquetar()


def test_otra_pagina_no_pide_el_reproductor(abrir: Abrir, web: str) -> None:
    pagina = abrir(f"{web}tutorial/primer-flow/")
    pagina.wait_for_load_state("networkidle")
    assert not reproductor(pagina)


def test_la_animacion_sobrevive_a_cambiar_de_pagina_sin_recargar(
    abrir: Abrir, web_con_direccion: str
) -> None:
    pagina = abrir(f"{web_con_direccion}tutorial/primer-flow/")
    pagina.wait_for_load_state("networkidle")  # ya tiene el mapa del sitio
    assert not reproductor(pagina)
    pagina.evaluate("window.sinRecargar = true")
    pestanas = pagina.locator(".md-tabs__link")
    for _ in range(2):
        pestanas.get_by_text("Inicio").click()
        pagina.locator(MANDO).click()
        expect(pagina.locator(MANDO)).to_have_text("Pausar", timeout=LIMITE_MS)
        pestanas.get_by_text("Tutorial").click()
        expect(pagina.locator(FIGURA)).to_have_count(0)
    pagina.go_back()
    esperar_final(pagina)
    assert pagina.evaluate("window.sinRecargar")
    assert sum(url.endswith(".min.js") for url in reproductor(pagina)) == 1


def test_buscar_sin_acento_encuentra_la_pagina(abrir: Abrir, web: str) -> None:
    pagina = abrir(web)
    pagina.locator(".md-search__input").press_sequentially("programacion")
    titulos = pagina.locator(".md-search-result__link[href*='tutorial/programacion/']")
    expect(titulos.first).to_contain_text("Programación", timeout=LIMITE_MS)


def buscar(pagina: Page, consulta: str) -> list[str]:
    """A qué dirección lleva cada resultado de una búsqueda, del primero al último."""
    entrada = pagina.locator(".md-search__input")
    enlaces = pagina.locator(".md-search-result__list .md-search-result__link")
    for _ in range(LIMITE_MS // REINTENTO_MS):
        # Lo que se escribe antes de que el buscador esté listo se pierde: se repite.
        entrada.fill("")
        entrada.press_sequentially(consulta)
        with suppress(playwright.TimeoutError):
            enlaces.first.wait_for(state="attached", timeout=REINTENTO_MS)
            break
    return enlaces.evaluate_all("enlaces => enlaces.map(enlace => enlace.href)")


@pytest.mark.parametrize(
    ("consulta", "destino"),
    [
        ("servidor temporal no arranca", "guias/pedir-ayuda/#temporal"),
        ("se queda en Late", "guias/pedir-ayuda/#late"),
        ("sin internet", "guias/pedir-ayuda/#telemetria"),
        ("print no sale", "guias/pedir-ayuda/#print"),
        ("qué es una task", "tutorial/flow-y-task/"),
        ("¿Por qué es idempotente?", "referencia/glosario/#idempotente"),
        ("sin red", "tutorial/instalacion/#sin-red"),
        ("sin proxy", "produccion/detras-de-un-proxy/"),
        ("resultados que caducan", "tutorial/cache/#caducidad"),
    ],
)
def test_las_palabras_vacias_no_deciden_que_sale_primero(
    abrir: Abrir, web: str, consulta: str, destino: str
) -> None:
    pagina, seccion = destino.split("/#") if "#" in destino else (destino, "")
    primeros = [h for h in buscar(abrir(web), consulta)[:2] if pagina in h]
    assert any(urlsplit(href).fragment == seccion for href in primeros)


def test_una_consulta_de_palabras_vacias_las_busca(abrir: Abrir, web: str) -> None:
    # Sin palabras, el buscador daría todas las páginas en cualquier caso.
    assert buscar(abrir(web), "por qué") != buscar(abrir(web), "sin")


def test_una_palabra_vacia_pedida_a_proposito_cuenta(abrir: Abrir, web: str) -> None:
    assert len(buscar(abrir(web), "+sin internet")) > len(
        buscar(abrir(web), "sin internet")
    )


def test_al_pasar_a_otra_sin_recargar_se_preparan_sus_salidas_y_figuras(
    abrir: Abrir, web_con_direccion: str
) -> None:
    pagina = abrir(f"{web_con_direccion}tutorial/combinar-tasks/")
    pagina.evaluate("window.sinRecargar = true")
    pagina.locator("a", has_text="Reintentos y errores").first.click()
    expect(pagina.get_by_role("button", name="Ampliar")).not_to_have_count(0)
    expect(pagina.locator(".guia-pliegue")).not_to_have_count(0)
    pagina.locator("li a[title='Intento 4']:visible").click()
    expect(pagina.locator(".guia-citada")).to_contain_text("Intento 4")
    expect(pagina.locator(".guia-citada")).to_be_in_viewport()
    assert pagina.evaluate("window.sinRecargar")
