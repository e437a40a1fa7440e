"""Cada página, en un navegador: con el teléfono y el portátil, en claro y en oscuro.

Se abren todas una vez y se juzgan después: lo caro es abrirlas.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from publicada import servida

from motor.rutas import DOCS
from verificador.web import cifras
from verificador.web.visita import (
    ANCHOS,
    TEMAS,
    Visita,
    paginas_de,
    version_de_axe,
    visitar,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Abrirlas todas tarda, con la máquina libre, lo que muchas otras pruebas juntas.
pytestmark = [pytest.mark.figuras, pytest.mark.timeout(1500)]
# «make test» no los instala, y no lanza estas pruebas; «make test-figuras», sí.
pytest.importorskip("playwright.async_api")
pytest.importorskip("axe_playwright_python")

FALLOS = {
    "axe": "algo no lo alcanza o no lo entiende quien no ve la pantalla o no usa el ratón",
    "consola": "la página se queja en la consola del navegador",
    "de otros": "la página pide algo a otro servidor, o fuera de la carpeta de la guía",
    "desborde": "algo se sale de la pantalla",
    "letra": "hay un texto demasiado pequeño",
    "no se abre": "la página no llega a estar lista",
}


@pytest.fixture(scope="module")
def visitas(con_direccion: tuple[str, Path]) -> list[Visita]:
    web, sitio = con_direccion
    return visitar(web, sitio, paginas_de(sitio))


def test_se_abren_todas(visitas: list[Visita]) -> None:
    assert len(visitas) == len([*DOCS.rglob("*.md")]) + 1  # y la de error


@pytest.mark.parametrize("fallo", FALLOS)
def test_ninguna_pagina_tiene_fallos(visitas: list[Visita], fallo: str) -> None:
    hallados = [p for v in visitas for p in v.problemas if p.que.startswith(fallo)]
    assert not hallados, "\n".join([FALLOS[fallo], *map(str, hallados)])


def test_ninguna_pagina_pasa_de_su_presupuesto(visitas: list[Visita]) -> None:
    de_mas = [*cifras.excesos(visitas, cifras.leer_clases())]
    assert not de_mas, "\n".join(de_mas)


def test_las_cifras_publicadas_son_las_de_hoy(
    visitas: list[Visita], pytestconfig: pytest.Config
) -> None:
    medido = cifras.publicar(visitas, version_de_axe())
    if pytestconfig.option.actualizar_salidas:
        cifras.PUBLICADAS.write_text(medido, "utf-8")
    publicado = cifras.PUBLICADAS.read_text("utf-8")
    assert cifras.parecidas(publicado, medido), f"«make cifras» escribiría:\n{medido}"


MALA = """<!doctype html><html lang="es"><head><title>Mala</title><style>
[data-md-color-scheme="slate"] .palida { color: #222; background: #111 }
.mal { color: #ddd }
</style></head><body data-md-color-scheme="default"><main><h1>Mala</h1>
<p style="font-size: 9px">Letra pequeña</p>
<p class="palida">Solo se lee en claro</p>
<div style="width: 700px">Ancha</div>
<div style="overflow: hidden"><p style="white-space: nowrap">LARGO</p></div>
<pre><code>bien <span>bien</span> <span class="mal codigo">mal</span></code></pre>
<details><summary>Plegada</summary><p class="mal dentro">Dentro</p></details>
<svg viewBox="0 0 1000 100" width="100%"><text y="50" font-size="16">Dibujo</text></svg>
<img src="http://otro.invalid/imagen.png"></main><script>
console.warn("algo va mal")
matchMedia("(prefers-color-scheme: dark)").onchange = (cambio) => {
  document.body.dataset.mdColorScheme = cambio.matches ? "slate" : "default"
}
</script></body></html>
"""


@pytest.fixture(scope="module")
def mala(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Visita]]:
    """Las visitas a una página en la que todo está mal."""
    raiz = tmp_path_factory.mktemp("mala")
    raiz.joinpath("index.html").write_text(
        MALA.replace("LARGO", "larga " * 400), "utf-8"
    )
    with servida(raiz) as direccion:
        yield visitar(f"{direccion}/", raiz, [""])


@pytest.mark.parametrize(
    ("ancho", "tema", "que"),
    [
        *((ancho, tema, "letra: 9.0 px en") for ancho in ANCHOS for tema in TEMAS),
        *((ancho, "light", "axe: image-alt en img") for ancho in ANCHOS),
        *((ancho, "dark", "axe: color-contrast en .palida") for ancho in ANCHOS),
        (360, "light", "axe: color-contrast en .codigo"),
        (360, "light", "axe: color-contrast en .dentro"),
        (360, "light", "letra: 5.5 px en main > svg > text"),
        (360, "light", "desborde: la página mide"),
        (1280, "light", "desborde: se corta «larga"),
        (360, "light", "consola: algo va mal"),
        (1280, "dark", "de otros: pide http://otro.invalid/imagen.png"),
    ],
)
def test_una_pagina_mala_se_nota(
    mala: list[Visita], ancho: int, tema: str, que: str
) -> None:
    hallados = [p for visita in mala for p in visita.problemas]
    assert any(p[1:3] == (ancho, tema) and p.que.startswith(que) for p in hallados), (
        "\n".join(map(str, hallados))
    )


def test_lo_que_esta_bien_en_un_tema_no_se_da_por_malo(mala: list[Visita]) -> None:
    claros = [p.que for v in mala for p in v.problemas if p.tema == "light"]
    assert not any("palida" in que for que in claros)
