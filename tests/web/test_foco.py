"""El teclado en la web: a dónde va el foco, y que vuelva a quien abrió lo que se cierra."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from conftest import Abrir

pytestmark = pytest.mark.figuras
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

MOVIL = {"width": 360, "height": 780}
CAJON = ".md-header__button[for=__drawer]"
LUPA = ".md-header__button[for=__search]"
PAGINA = "tutorial/dependencias/"
# Los botones de tema y de pestaña son controles sin tamaño: se ve su etiqueta.
DONDE = """() => {
    const foco = document.activeElement
    const caja = (foco.matches("input[type=radio]") ? foco.nextElementSibling : foco)
        .getBoundingClientRect()
    const dentro = caja.width && caja.right > 0 && caja.left < innerWidth
    const suyo = foco.closest(".md-sidebar--primary")
    return [foco.tagName + " " + foco.className, Boolean(dentro), Boolean(suyo)]
}"""


def recorrido(pagina: Page, veces: int) -> list[tuple[str, bool, bool]]:
    """Qué recibe el foco al pulsar el tabulador: si se ve y si está en el cajón."""
    vistos = []
    for _ in range(veces):
        pagina.keyboard.press("Tab")
        vistos.append(tuple(pagina.evaluate(DONDE)))
    return vistos


def test_en_un_telefono_nada_fuera_de_pantalla_recibe_el_foco(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web + PAGINA, viewport=MOVIL)
    vistos = recorrido(pagina, 20)
    assert [quien for quien, dentro, cajon in vistos if not dentro or cajon] == []
    assert not pagina.locator("#__search").is_checked()


def test_el_cajon_se_abre_con_el_teclado_y_el_foco_no_sale_de_el(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web + PAGINA, viewport=MOVIL)
    pagina.locator(CAJON).press("Enter")
    expect(pagina.locator(".md-sidebar--primary :focus")).to_have_count(1)
    vistos = recorrido(pagina, 40)
    fuera = [v for v in vistos if not v[2] and not v[0].startswith("BODY")]
    assert not fuera
    assert all(dentro for _, dentro, _ in vistos)


def test_escape_cierra_el_cajon_y_devuelve_el_foco(abrir: Abrir, web: str) -> None:
    pagina = abrir(web + PAGINA, viewport=MOVIL)
    pagina.locator(CAJON).press(" ")
    expect(pagina.locator(".md-sidebar--primary :focus")).to_have_count(1)
    pagina.keyboard.press("Escape")
    expect(pagina.locator(CAJON)).to_be_focused()
    expect(pagina.locator("#__drawer")).not_to_be_checked()
    assert not pagina.locator("[inert].md-content").count()


def test_en_el_cajon_se_sube_de_nivel_con_el_teclado(abrir: Abrir, web: str) -> None:
    pagina = abrir(web + PAGINA, viewport=MOVIL)
    pagina.locator(CAJON).press("Enter")
    titulo = pagina.locator(".md-nav__title:focus")
    expect(titulo).to_contain_text("Tutorial")
    titulo.press("Enter")
    expect(pagina.locator(".md-sidebar--primary .md-logo")).to_be_focused()
    expect(pagina.locator(".md-sidebar--primary :text('Producción')")).to_be_visible()


@pytest.mark.parametrize("tamano", [None, MOVIL], ids=["escritorio", "móvil"])
def test_escape_en_el_buscador_devuelve_el_foco_a_quien_lo_abrio(
    abrir: Abrir, web: str, tamano: dict[str, int] | None
) -> None:
    pagina = abrir(web + PAGINA, **({"viewport": tamano} if tamano else {}))
    quien = pagina.locator(LUPA if tamano else "article a[href*=primer-flow]").first
    quien.press("Enter" if tamano else "/")
    expect(pagina.locator(".md-search__input")).to_be_focused()
    pagina.keyboard.type("cron")
    pagina.keyboard.press("Escape")
    expect(quien).to_be_focused()
    expect(pagina.locator("#__search")).not_to_be_checked()


def test_los_botones_de_la_cabecera_dicen_que_hacen(abrir: Abrir, web: str) -> None:
    pagina = abrir(web, viewport=MOVIL)
    for nombre in ("Abrir el menú", "Buscar en la guía"):
        expect(pagina.get_by_role("button", name=nombre)).to_be_visible()
    temas = pagina.locator("[data-md-component=palette]")
    nombres = [
        "Tema: como tu sistema. Cambiar al claro",
        "Tema: claro. Cambiar al oscuro",
        "Tema: oscuro. Cambiar al de tu sistema",
    ]
    for nombre in nombres:
        boton = temas.locator("label:visible")
        assert boton.evaluate("b => b.previousElementSibling.ariaLabel") == nombre
        boton.click()


def test_en_el_telefono_anterior_y_siguiente_dicen_su_nombre(
    abrir: Abrir, web: str
) -> None:
    pagina = abrir(web + PAGINA, viewport=MOVIL)
    for lado, nombre in (
        ("prev", "La interfaz local"),
        ("next", "Listas, esperas y subflows"),
    ):
        titulo = pagina.locator(f".md-footer__link--{lado} .md-ellipsis")
        expect(titulo).to_have_text(nombre)
        expect(titulo).to_be_visible()
        # Entero: ni recortado ni fuera de la pantalla.
        assert titulo.evaluate(
            "t => t.scrollWidth <= t.clientWidth"
            " && t.getBoundingClientRect().right <= innerWidth"
        )


def test_volver_al_principio_va_en_una_linea(abrir: Abrir, web: str) -> None:
    pagina = abrir(web + PAGINA, viewport={"width": 320, "height": 640})
    # Sale al subir, cuando ya se ha bajado.
    pagina.mouse.wheel(0, 3000)
    pagina.mouse.wheel(0, -300)
    boton = pagina.locator(".md-top")
    expect(boton).to_be_visible()
    lineas = boton.evaluate("""boton => {
        const texto = document.createRange()
        texto.selectNodeContents(boton.lastChild)
        return texto.getClientRects().length
    }""")
    assert lineas == 1
