"""Lo que hay en cada sección de una página para demostrar lo que su prosa afirma.

Son los programas, las órdenes, las salidas y lo que dicen las figuras, leído del propio
dibujo: todo lo que ya comprueban las demás pruebas.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from motor.filas import EL_FLOW
from verificador.figuras import cronograma, esquema, grafica, grafo
from verificador.figuras.clases import ClaseDeFigura, clase_de, nombre_de
from verificador.figuras.grafo import NUMERO, SEPARADOR, Grafo
from verificador.pagina import Pagina
from verificador.vallas import sin_vallas

ENCABEZADO = re.compile(r"(?P<nivel>#{1,6}) .*?(?:\{\s*#(?P<ancla>[\w-]+)\s*\})?\s*")


def en_la_seccion(pagina: Pagina, ancla: str) -> str | None:
    """Lo que demuestra una sección, con sus subsecciones; ninguno, si no existe.

    Args:
        pagina: la página.
        ancla: la de su encabezado; vacía, la página entera.
    """
    if not ancla:
        return "\n".join(
            [*codigos(pagina, range(len(pagina.texto))), *de_capturas(pagina)]
        )
    tramo = secciones(pagina).get(ancla)
    if tramo is None:
        return None
    figuras = [de_figura(f) for f in figuras_en(pagina, tramo)]
    return "\n".join([*codigos(pagina, tramo), *figuras, *de_capturas(pagina, tramo)])


def secciones(pagina: Pagina) -> dict[str, range]:
    """Qué líneas del texto expandido ocupa cada sección con ancla."""
    vallas = [valla for _, valla in pagina.vallas]
    titulos = [
        (numero, len(hallado["nivel"]), hallado["ancla"])
        for numero, linea in enumerate(sin_vallas(pagina.texto, vallas))
        if (hallado := ENCABEZADO.fullmatch(linea))
    ]
    fin = len(pagina.texto)
    return {
        ancla: range(
            inicio,
            next((n for n, nv, _ in titulos if n > inicio and nv <= nivel), fin),
        )
        for inicio, nivel, ancla in titulos
        if ancla
    }


def codigos(pagina: Pagina, tramo: range) -> list[str]:
    """Los programas, órdenes y salidas de un tramo, cada uno con su título."""
    return [
        f"{valla.titulo or ''}\n{valla.codigo}"
        for _, valla in pagina.vallas
        if valla.inicio in tramo
    ]


def figuras_en(pagina: Pagina, tramo: range) -> list[Path]:
    """Los dibujos de un tramo, en orden y sin repetir."""
    origenes = (pagina.texto[n][1] for n in tramo)
    archivos = (o.archivo for o in origenes if o and clase_de(o.archivo))
    return list(dict.fromkeys(archivos))


def dibujos(pagina: Pagina) -> list[Path]:
    """Los grafos y cronogramas de una página."""
    todas = figuras_en(pagina, range(len(pagina.texto)))
    return [figura for figura in todas if clase_de(figura) in LECTORES]


def de_capturas(pagina: Pagina, tramo: range | None = None) -> list[str]:
    """Lo que declaran visible las capturas de un tramo, que comprueba un navegador."""
    tramo = tramo or range(len(pagina.texto))
    capturas = (
        figura
        for figura in figuras_en(pagina, tramo)
        if clase_de(figura) is ClaseDeFigura.CAPTURA
    )
    nombres = map(nombre_de, capturas)
    visibles = [pagina.capturas[n]["visible"] for n in nombres if n in pagina.capturas]
    return ["\n".join(selectores) for selectores in visibles]


@cache
def de_figura(figura: Path) -> str:
    """Lo que enseña un dibujo, una línea por hecho."""
    lector = LECTORES.get(clase_de(figura))
    return "\n".join(lector.hechos(figura.read_text("utf-8"))) if lector else ""


def de_grafo(leido: Grafo) -> list[str]:
    """Los estados (`cargar: Failed`), quién está dentro de quién y las flechas de un grafo."""
    estados = leido.grupos | leido.nodos
    hechos = [f"{corto(ruta)}: {estado}" for ruta, estado in estados.items()]
    hechos += [
        f"{corto(ruta.rpartition(SEPARADOR)[0])} ⊃ {corto(ruta)}"
        for ruta in estados
        if SEPARADOR in ruta
    ]
    for arista, clase in leido.aristas.items():
        origen, _, destino = arista.partition("->")
        flecha = "⇢" if clase == "espera" else "→"
        hechos.append(f"{corto(origen)} {flecha} {corto(destino)}")
    hechos.append(f"{len(leido.nodos)} task runs, {len(leido.aristas)} flechas")
    return hechos


def corto(ruta: str) -> str:
    """El nombre que se lee en el dibujo; con su número, si se repite."""
    return ruta.rpartition(SEPARADOR)[2]


def de_cronograma(barras: list[cronograma.Barra]) -> list[str]:
    """Por dónde pasa cada fila, cuánto dura y cómo van en el tiempo las que se comparan."""
    grupos = cronograma.agrupar(barras)
    hechos = [
        linea.replace(EL_FLOW, "el flow") for linea in cronograma.recorridos(barras)
    ]
    for nombre, propias in grupos.items():
        if propias:
            dura = cronograma.duracion(propias)
            hechos.append(f"{nombre.replace(EL_FLOW, 'el flow')} dura {dura:.2f} s")
    pares = [p for p in combinations(grupos, 2) if cronograma.comparables(grupos, *p)]
    hechos += cronograma.relaciones(barras, pares)
    hechos += [
        f"{b.flow} › {b.fila.replace(EL_FLOW, 'el flow')}: {b.clase} {b.fin - b.inicio:.2f} s"
        for b in barras
    ]
    return hechos


def nombres_de(figura: Path) -> set[str]:
    """Los nombres de flows y tasks que se leen en un dibujo."""
    return LECTORES[clase_de(figura)].nombres(figura.read_text("utf-8"))


def nombres_de_grafo(leido: Grafo) -> set[str]:
    return {grafo.visible(ruta) for ruta in leido.grupos | leido.nodos}


def nombres_de_cronograma(barras: list[cronograma.Barra]) -> set[str]:
    return {NUMERO.sub("", n) for b in barras for n in (b.flow, b.fila)} - {EL_FLOW}


@dataclass(frozen=True)
class Lector:
    """Lo que se lee en una clase de dibujo: sus hechos y los nombres de sus flows y tasks."""

    hechos: Callable[[str], list[str]]
    nombres: Callable[[str], set[str]]


LECTORES = {
    ClaseDeFigura.GRAFO: Lector(
        lambda svg: de_grafo(grafo.leer(svg)),
        lambda svg: nombres_de_grafo(grafo.leer(svg)),
    ),
    ClaseDeFigura.ESQUEMA: Lector(
        lambda svg: esquema.leer(svg).descripcion(),
        lambda svg: set(esquema.leer(svg).piezas),
    ),
    ClaseDeFigura.CRONOGRAMA: Lector(
        lambda svg: de_cronograma(cronograma.leer(svg)),
        lambda svg: nombres_de_cronograma(cronograma.leer(svg)),
    ),
    ClaseDeFigura.GRAFICA: Lector(
        lambda svg: grafica.hechos(grafica.leer(svg)),
        lambda svg: {marca.nombre for marca in grafica.leer(svg)},
    ),
}
