"""Cada página del sitio construido, abierta en un navegador: lo que pide, lo que pesa y sus fallos.

Un solo navegador, con varias pestañas a la vez. Cada página se abre una vez, en el ancho de un
teléfono y con la caché vacía; después se ensancha y cambia de tema, como cuando el lector gira
el teléfono o cambia el tema de su sistema. Abrirla otra vez en cada estado costaría el triple.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from verificador.figuras.navegador import CHROMIUM, OPCIONES
from verificador.pagina import MUDANZA

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, ViewportSize

ANCHOS = {
    360: 740,
    1280: 900,
}  # el de un teléfono corriente y el de un portátil: su alto
ANCHO_AL_ABRIR = min(ANCHOS)
TEMAS = {
    "light": "default",
    "dark": "slate",
}  # cómo lo pide el sistema y cómo lo llama el tema
LETRA_MINIMA = 11  # píxeles
CAJAS_ABIERTAS = (
    20  # solo pasa de ellas la página de las pruebas, y todas las suyas son iguales
)
PESTANAS = 4
LIMITE_MS = 120_000  # mucho más de lo que tarda nada: por si la máquina va cargada
ESTADO = (Path(__file__).parent / "estado.js").read_text("utf-8")

PREPARAR = (Path(__file__).parent / "preparar.js").read_text("utf-8")
# Cada regla de axe, donde puede cambiar lo que dice: las que no miran colores, en cada ancho;
# las que los miran, en cada tema, y fuera del texto (menús y pie) también en cada ancho.
COLORES = ["color-contrast", "link-in-text-block"]
AXE = """([reglas, contexto]) => axe.run(window.guia[contexto], {
  resultTypes: ["violations"], ...reglas,
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) =>
    `axe: ${id} en ${target.join(" ")}: ${failureSummary.split("\\n").at(-1).trim()}`)))
"""
SIN_COLORES = {"rules": {regla: {"enabled": False} for regla in COLORES}}
SOLO_COLORES = {"runOnly": {"type": "rule", "values": COLORES}}
OCIOSA = "() => new Promise((si) => requestIdleCallback(() => setTimeout(si, 500)))"
CUANTOS_ELEMENTOS = "document.getElementsByTagName('*').length"
CON_EL_TEMA = "(tema) => document.body.dataset.mdColorScheme === tema"


class Problema(NamedTuple):
    """Algo que una página no debe hacer, y dónde se ha visto."""

    pagina: str
    ancho: int
    tema: str
    que: str

    def __str__(self) -> str:
        return f"{self.pagina or 'portada'} ({self.ancho} px, {self.tema}): {self.que}"


@dataclass
class Visita:
    """Una página abierta por quien no la ha abierto antes."""

    pagina: str
    pedidos: list[str] = field(default_factory=list)
    pesos: dict[str, int] = field(default_factory=dict)  # lo que viaja de cada archivo
    elementos: int = 0
    problemas: list[Problema] = field(default_factory=list)

    def anotar(self, ancho: int, tema: str, dichos: Iterable[str]) -> None:
        self.problemas += [Problema(self.pagina, ancho, tema, que) for que in dichos]


def paginas_de(sitio: Path) -> list[str]:
    """La dirección de cada página, desde la raíz del sitio; la de la portada está vacía.

    Las que solo llevan a otra no cuentan: se miraría dos veces la misma.
    """
    return sorted(
        ruta.relative_to(sitio).as_posix().removesuffix("index.html")
        for ruta in sitio.rglob("*.html")
        if not MUDANZA.match(ruta.read_text("utf-8"))
    )


def version_de_axe() -> str:
    """La del axe-core que trae su paquete."""
    from axe_playwright_python.base import AXE_SCRIPT

    return re.search(r"axe v([\d.]+)", AXE_SCRIPT)[1]


def visitar(web: str, sitio: Path, paginas: Iterable[str]) -> list[Visita]:
    """Abre cada página y la mira con cada ancho y en cada tema.

    Args:
        web: dónde se sirve el sitio, con la barra final.
        sitio: su carpeta, para saber lo que pesa cada archivo.
        paginas: las direcciones, desde `web`.
    """
    return asyncio.run(visitar_todas(web, sitio, list(paginas)))


async def visitar_todas(web: str, sitio: Path, paginas: list[str]) -> list[Visita]:
    from playwright.async_api import async_playwright

    async with async_playwright() as motor:
        navegador = await motor.chromium.launch(executable_path=CHROMIUM, args=OPCIONES)
        turno = asyncio.Semaphore(PESTANAS)
        visitas = [Visita(pagina) for pagina in paginas]
        async with asyncio.TaskGroup() as grupo:
            for visita in visitas:
                grupo.create_task(por_turno(turno, navegador, web, visita))
        await navegador.close()
    for visita in visitas:
        suyos = [archivo_de(u, web) for u in visita.pedidos if u.startswith(web)]
        visita.pesos = {archivo: comprimido(sitio / archivo) for archivo in suyos}
    return visitas


async def por_turno(
    turno: asyncio.Semaphore, navegador: Browser, web: str, visita: Visita
) -> None:
    async with turno:
        contexto = await navegador.new_context(
            viewport=ventana(ANCHO_AL_ABRIR),
            color_scheme="light",
            reduced_motion="reduce",  # que ningún color se mida a medio cambiar
        )
        contexto.set_default_timeout(LIMITE_MS)
        try:
            await mirar(await contexto.new_page(), web, visita)
        finally:
            await contexto.close()


async def mirar(pestana: Page, web: str, visita: Visita) -> None:
    """Abre la página y anota lo que se ve mal en cada estado."""
    from playwright.async_api import Error

    dichos: list[str] = []
    pedidos: list[str] = []
    pestana.on("request", lambda pedido: pedidos.append(pedido.url))
    pestana.on("console", lambda dicho: dichos.append(f"consola: {dicho.text}"))
    pestana.on("pageerror", lambda error: dichos.append(f"consola: {error}"))
    ancho, tema = ANCHO_AL_ABRIR, "light"
    try:
        await pestana.goto(web + visita.pagina)
        await esperar_calma(pestana, pedidos)
        visita.elementos = await pestana.evaluate(CUANTOS_ELEMENTOS)
        # Lo que va dentro de la propia página no se pide a nadie.
        visita.pedidos = [url for url in pedidos if url.startswith("http")]
        await preparar(pestana)
        for ancho, tema in product(ANCHOS, TEMAS):
            dichos += await fallos(pestana, ancho, tema)
            visita.anotar(ancho, tema, dichos)
            dichos.clear()
    except Error as error:
        dichos.append(f"no se abre: {error.message.splitlines()[0]}")
    ajenos = {u for u in pedidos if u.startswith("http") and not u.startswith(web)}
    visita.anotar(
        ancho, tema, [*dichos, *(f"de otros: pide {u}" for u in sorted(ajenos))]
    )


async def esperar_calma(pestana: Page, pedidos: list[str]) -> None:
    """Espera a que el navegador, sin nada que hacer, tampoco pida nada.

    Que la red calle no basta: en una página grande, el programa que va a pedir algo tarda más.
    """
    cuantos = 0
    while cuantos < len(pedidos):
        cuantos = len(pedidos)
        await pestana.evaluate(OCIOSA)


async def preparar(pestana: Page) -> None:
    """Abre lo que está plegado y deja axe listo."""
    from axe_playwright_python.base import AXE_SCRIPT

    await pestana.evaluate(AXE_SCRIPT)
    await pestana.evaluate(PREPARAR, CAJAS_ABIERTAS)


async def fallos(pestana: Page, ancho: int, tema: str) -> list[str]:
    """Lo que se ve mal en una página con un ancho y un tema."""
    await pestana.set_viewport_size(ventana(ancho))
    await pestana.emulate_media(color_scheme=tema)
    await pestana.wait_for_function(CON_EL_TEMA, arg=TEMAS[tema])
    hallados = await pestana.evaluate(ESTADO, LETRA_MINIMA)
    otro_tema = tema != "light"
    if not otro_tema:
        hallados += await pestana.evaluate(AXE, [SIN_COLORES, "todo"])
    entera = otro_tema == (ancho != ANCHO_AL_ABRIR)
    contexto = "colores" if entera else "alrededor"
    return hallados + await pestana.evaluate(AXE, [SOLO_COLORES, contexto])


def ventana(ancho: int) -> ViewportSize:
    return {"width": ancho, "height": ANCHOS[ancho]}


def archivo_de(url: str, web: str) -> str:
    """El archivo del sitio que responde a una dirección."""
    ruta = unquote(urlsplit(url).path.removeprefix(urlsplit(web).path))
    return f"{ruta}index.html" if ruta.endswith("/") or not ruta else ruta


@cache
def comprimido(archivo: Path) -> int:
    """Lo que viaja de un archivo cuando quien lo sirve comprime, como hace casi cualquiera."""
    if not archivo.is_file():
        return 0
    contenido = archivo.read_bytes()
    return min(len(contenido), len(gzip.compress(contenido, 6, mtime=0)))
