"""El grafo de lo que un programa ejecutó: qué tareas, en qué estado y de cuáles dependen.

Lo dibuja Graphviz y los colores los pone la hoja de estilo de la web, así que el mismo SVG
sirve para el tema claro y el oscuro. Del SVG se vuelve a leer el grafo: lo que las pruebas
comparan con la ejecución es lo que se ve, no una copia guardada aparte.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID
from xml.etree import ElementTree

from motor.ejecuciones import Flujo
from motor.filas import con_intentos, nombres_de, numerado
from verificador.figuras import lienzo
from verificador.figuras.lienzo import SVG

ANCHO_MAXIMO = 480  # más ancho, la letra se queda pequeña en un móvil
SEPARADOR = " › "
NUMERO = re.compile(r" \(\d+\)$")
ESTILO = """
    compound=true; outputorder=nodesfirst; nodesep=0.15; ranksep=0.35; pad=0.02
    fontname=monospace; fontsize=12; labeljust=l
    node [shape=box, style=rounded, fontname=monospace, fontsize=12, margin="0.1,0.06"]
    edge [arrowsize=0.7]
"""


@dataclass
class Grafo:
    """Lo que el dibujo enseña. Las claves son rutas: `flow › subflow › tarea`."""

    grupos: dict[str, str] = field(default_factory=dict)  # flow → su estado
    nodos: dict[str, str] = field(default_factory=dict)  # tarea → estado e intentos
    aristas: dict[str, str] = field(default_factory=dict)  # «a->b» → «datos» o «espera»

    def descripcion(self) -> list[str]:
        """El grafo en palabras, una línea por elemento y siempre en el mismo orden."""
        elementos = sorted((self.grupos | self.nodos | self.aristas).items())
        return [f"{clave}: {valor}" for clave, valor in elementos]


def grafo_de(flujos: list[Flujo]) -> Grafo:
    """El grafo de varios flow runs; los subflows van dentro del flow que los llama."""
    por_id = {flujo.id: flujo for flujo in flujos}
    subflujos = {tarea.id for flujo in flujos for tarea in flujo.tareas}
    grafo, usadas = Grafo(), Counter[str]()
    for flujo in flujos:
        if flujo.id not in subflujos:
            anotar(grafo, flujo, numerado(flujo.nombre, usadas), por_id)
    return grafo


def anotar(grafo: Grafo, flujo: Flujo, ruta: str, por_id: dict[UUID, Flujo]) -> None:
    """Añade al grafo un flow con sus tareas y, dentro, sus subflows."""
    grafo.grupos[ruta] = flujo.estado
    rutas = {i: ruta + SEPARADOR + nombre for i, nombre in nombres_de(flujo).items()}
    for tarea in flujo.tareas:
        propia = rutas[tarea.id]
        if tarea.id in por_id and por_id[tarea.id].tareas:
            anotar(grafo, por_id[tarea.id], propia, por_id)
        else:
            grafo.nodos[propia] = con_intentos(tarea.estado, tarea.intentos)
        for clase, origenes in (("espera", tarea.esperas), ("datos", tarea.padres)):
            for origen in origenes & rutas.keys():
                grafo.aristas[f"{rutas[origen]}->{propia}"] = clase


def visible(ruta: str) -> str:
    """Lo que se lee en el dibujo: el último nombre de la ruta, sin número."""
    return NUMERO.sub("", ruta.rpartition(SEPARADOR)[2])


def diferencia(svg: str, flujos: list[Flujo]) -> str:
    """En qué no coinciden el dibujo y la ejecución; vacío si coinciden."""
    return lienzo.diferencia(leer(svg).descripcion(), grafo_de(flujos).descripcion())


def leer(svg: str) -> Grafo:
    """Lee el grafo de su dibujo: los nombres y estados que se ven y las flechas que hay."""
    grafo = Grafo()
    for grupo in lienzo.analizar(svg).iter(f"{SVG}g"):
        clase, *resto = grupo.get("class", "").split()
        titulo = grupo.findtext(f"{SVG}title", "")
        nombre, _, estado = "\n".join(
            texto.text or "" for texto in grupo.findall(f"{SVG}text")
        ).partition("\n")
        padre, separador, _ = titulo.rpartition(SEPARADOR)
        ruta = padre + separador + nombre + "".join(NUMERO.findall(titulo))
        if clase == "edge":
            grafo.aristas[titulo] = " ".join(resto)
        elif clase == "cluster":
            grafo.grupos[ruta] = estado
        elif clase == "node":
            grafo.nodos[ruta] = estado
    return grafo


def dibujar(flujos: list[Flujo]) -> str:
    """El dibujo del grafo de unos flow runs, como HTML para la página."""
    return publicar(grafo_de(flujos))


def publicar(grafo: Grafo) -> str:
    """El dibujo de un grafo: hacia la derecha si cabe y, si no, como sea más estrecho.

    Raises:
        HerramientaAusente: si no está el programa `dot`, de Graphviz.
    """
    horizontal, vertical = (trazar(grafo, sentido) for sentido in ("LR", "TB"))
    cabe = lienzo.medidas(horizontal)[0] <= max(
        ANCHO_MAXIMO, lienzo.medidas(vertical)[0]
    )
    return lienzo.publicar(
        horizontal if cabe else vertical, "grafo", "; ".join(grafo.descripcion())
    )


def trazar(grafo: Grafo, sentido: str) -> ElementTree.Element:
    """Pide el dibujo a Graphviz: `LR`, hacia la derecha; `TB`, hacia abajo."""
    fuente = "\n".join(["digraph {", f"rankdir={sentido}", ESTILO, *sentencias(grafo)])
    orden = [lienzo.buscar("dot"), "-Tsvg"]
    hecho = subprocess.run(orden, input=fuente + "}", text=True, check=True, stdout=-1)
    arbol = ElementTree.fromstring(hecho.stdout)
    for grupo in arbol.iter(f"{SVG}g"):
        if grupo.get("class", "").startswith(("edge", "cluster")):
            grupo.find(f"{SVG}title").text = grupo.get("id")
    return arbol


def sentencias(grafo: Grafo) -> Iterator[str]:
    """El grafo en el lenguaje de Graphviz."""
    for ruta in grafo.grupos:
        if SEPARADOR not in ruta:
            yield from recuadro(grafo, ruta)
    for arista, clase in sorted(grafo.aristas.items()):
        origen, _, destino = arista.partition("->")
        extremos = f"{citar(interior(grafo, origen, -1))} -> {citar(interior(grafo, destino, 0))}"
        recortes = "".join(
            f"{lado}={citar(f'cluster_{ruta}')}, "
            for lado, ruta in (("ltail", origen), ("lhead", destino))
            if ruta in grafo.grupos
        )
        yield f"{extremos} [{recortes}class={clase}, id={citar(arista)}]"


def recuadro(grafo: Grafo, ruta: str) -> Iterator[str]:
    """Un flow: su rótulo, sus tareas y, dentro, sus subflows."""
    yield f"subgraph {citar(f'cluster_{ruta}')} {{"
    yield atributos(ruta, grafo.grupos[ruta], ";").replace("\n", r"\l")
    for otra in grafo.nodos | grafo.grupos:
        if otra.rpartition(SEPARADOR)[0] == ruta:
            if otra in grafo.grupos:
                yield from recuadro(grafo, otra)
            else:
                yield f"{citar(otra)} [{atributos(otra, grafo.nodos[otra], ',')}]"
    yield "}"


def atributos(ruta: str, rotulo: str, separador: str) -> str:
    """El texto que se ve y la clase que le da color, que es el nombre de su estado."""
    valores = {
        "id": ruta,
        "label": f"{visible(ruta)}\n{rotulo}\n",
        "class": rotulo.partition(" ")[0],
    }
    return separador.join(f"{k}={citar(v)}" for k, v in valores.items())


def interior(grafo: Grafo, ruta: str, cual: int) -> str:
    """La tarea de la que sale o a la que llega una flecha, si la ruta es de un subflow."""
    if ruta not in grafo.grupos:
        return ruta
    return [nodo for nodo in grafo.nodos if nodo.startswith(ruta + SEPARADOR)][cual]


def citar(texto: str) -> str:
    return '"' + texto.replace("\\", r"\\").replace('"', r"\"") + '"'
