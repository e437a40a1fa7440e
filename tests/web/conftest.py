"""Un navegador de verdad y pestañas en las que nada puede dar errores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from publicada import DIRECCIONES, ESCRITORIO, LIMITE_MS, servida

from verificador import plugin
from verificador.figuras.navegador import CHROMIUM, OPCIONES
from verificador.sitio import construir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Abrir = Callable[..., Page]


@pytest.fixture(scope="session")
def publicado(pytestconfig: pytest.Config) -> Path:
    """El sitio como lo publica quien conoce su dirección y la del repositorio."""
    return plugin.sitio(pytestconfig, "publicado", **DIRECCIONES)


@pytest.fixture(scope="module")
def web(sitio: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """La web construida, servida dentro de una carpeta cualquiera."""
    raiz = tmp_path_factory.mktemp("web")
    (raiz / "una").mkdir()
    (raiz / "una" / "guia").symlink_to(sitio)
    with servida(raiz) as direccion:
        yield f"{direccion}/una/guia/"


@pytest.fixture(scope="module")
def navegador() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as motor:
        abierto = motor.chromium.launch(executable_path=CHROMIUM, args=OPCIONES)
        yield abierto
        abierto.close()


@pytest.fixture(scope="module")
def con_direccion(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Path]]:
    """La web de quien publica y dice dónde: su dirección y su carpeta."""
    raiz = tmp_path_factory.mktemp("publicada")
    (raiz / "una").mkdir()
    with servida(raiz) as direccion:
        propia = f"{direccion}/una/guia/"
        yield propia, construir(raiz / "una" / "guia", GUIA_URL=propia)


@pytest.fixture
def abrir(navegador: Browser) -> Iterator[Abrir]:
    """Abre pestañas nuevas, cada una con su contexto; ninguna puede dar errores."""
    contextos, errores = [], []

    def nueva(direccion: str, **opciones: object) -> Page:
        contexto = navegador.new_context(**({"viewport": ESCRITORIO} | opciones))
        contextos.append(contexto)
        contexto.set_default_timeout(LIMITE_MS)
        pagina = contexto.new_page()
        pagina.peticiones = []
        pagina.on("request", lambda pedido: pagina.peticiones.append(pedido.url))
        pagina.on("pageerror", lambda error: errores.append(str(error)))
        pagina.goto(direccion)
        return pagina

    yield nueva
    for contexto in contextos:
        contexto.close()
    assert not errores
