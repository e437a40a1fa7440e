"""Lo que ejecutó un programa, dibujado en la terminal: cuándo hizo cada cosa y qué dependía de qué.

Sale de lo que apuntó el servidor, como los dibujos de las páginas. Sin colores dice lo mismo:
cada clase de tramo tiene su signo.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple
from uuid import UUID

from rich.text import Text

from calificador.lengua import contar
from motor.ejecuciones import Flujo, Tarea
from motor.filas import (
    DE_LA_CACHE,
    FALLA,
    REINTENTO,
    TRABAJA,
    TURNO,
    Fila,
    clase_de,
    filas,
    nombres_de,
    numerado,
)

SANGRIA = "  "
BARRA_MINIMA = 20  # columnas: si no caben, la barra va debajo de su nombre
NOMBRE_MAXIMO = 24  # letras
SUELTAS = "El servidor no ha apuntado que ninguna task dependa de otra."
FILAS = 40  # de cada flow; las siguientes se cuentan


class Signo(NamedTuple):
    """Con qué se dibuja una clase de tramo: el signo, el de una terminal sin él y su color."""

    bonito: str
    sencillo: str
    color: str


SIGNOS = {
    TRABAJA: Signo("█", "#", "green"),
    FALLA: Signo("x", "x", "red"),
    DE_LA_CACHE: Signo("░", "=", "cyan"),
    REINTENTO: Signo("-", "-", "yellow"),
    TURNO: Signo("·", ".", "dim"),
}


@dataclass(frozen=True)
class Papel:
    """Dónde se dibuja.

    Attributes:
        ancho: en columnas.
        bonito: si tiene letras como █ y ←.
    """

    ancho: int
    bonito: bool

    def signo(self, clase: str) -> str:
        signo = SIGNOS[clase]
        return signo.bonito if self.bonito else signo.sencillo


@dataclass(frozen=True)
class Escala:
    """Cómo pasan los segundos a columnas."""

    segundos: float
    columnas: int

    def columna(self, segundo: float) -> int:
        """La que toca a un segundo, entre la primera y la que sigue a la última."""
        return round(max(segundo, 0) / self.segundos * self.columnas)


def dibujar(flujos: list[Flujo], papel: Papel) -> Iterator[Text]:
    """Las líneas del dibujo de unos flow runs, cada uno con sus tareas."""
    usados = Counter[str]()
    for flujo in flujos:
        if usados:
            yield Text()
        yield Text(f"{numerado(flujo.nombre, usados)} · {flujo.estado}", "bold")
        yield from cronograma(flujo, papel)
        yield from dependencias(flujo, papel)


def cronograma(flujo: Flujo, papel: Papel) -> Iterator[Text]:
    """Una barra por tarea, de cuándo empezó a cuándo terminó."""
    todas = list(filas(flujo))
    vistas = todas[:FILAS]
    textos = rotulos(vistas)
    debajo = papel.ancho - len(textos[0]) < BARRA_MINIMA
    margen = len(SANGRIA) if debajo else len(textos[0])
    escala = Escala(lo_que_dura(vistas), papel.ancho - margen)
    for texto, fila in zip(textos, vistas, strict=True):
        dibujada = barra(fila, escala, papel)
        if debajo:
            yield Text(texto.rstrip()[: papel.ancho])
            yield Text(SANGRIA) + dibujada
        else:
            yield Text(texto) + dibujada
    if sobran := len(todas) - len(vistas):
        yield Text(f"{SANGRIA}… y {contar(sobran, 'task', 'tasks')} más")
    yield Text(" " * margen) + regla(escala)
    yield leyenda(vistas, escala, papel)


def rotulos(vistas: list[Fila]) -> list[str]:
    """Lo que se lee delante de cada barra: su nombre, cómo acabó y lo que duró."""
    cortos = [recortar(fila.nombre) for fila in vistas]
    nombre = max(map(len, cortos))
    final = max(len(fila.final) for fila in vistas)
    return [
        f"{SANGRIA}{corto:<{nombre}}  {fila.final:<{final}}  {duracion(fila):6.2f} s  "
        for corto, fila in zip(cortos, vistas, strict=True)
    ]


def recortar(nombre: str) -> str:
    """Un nombre que cabe: el final, que distingue a los que se repiten, se conserva."""
    if len(nombre) <= NOMBRE_MAXIMO:
        return nombre
    mitad = NOMBRE_MAXIMO // 2
    return f"{nombre[: mitad - 1]}…{nombre[-mitad:]}"


def duracion(fila: Fila) -> float:
    """Los segundos desde que empezó a trabajar hasta que acabó."""
    hechos = [tramo for tramo in fila.tramos if clase_de(tramo) != TURNO]
    return hechos[-1].fin - hechos[0].inicio if hechos else 0.0


def lo_que_dura(vistas: list[Fila]) -> float:
    """Los segundos que abarca el dibujo; nunca cero."""
    return max((t.fin for fila in vistas for t in fila.tramos), default=0) or 0.001


def barra(fila: Fila, escala: Escala, papel: Papel) -> Text:
    """Los tramos de una fila en su sitio; el más corto ocupa una columna."""
    dibujada = Text()
    for tramo in fila.tramos:
        desde = min(escala.columna(tramo.inicio), escala.columnas - 1)
        desde = max(desde, len(dibujada))
        cuantas = max(escala.columna(tramo.fin) - desde, 1)
        dibujada.append(" " * (desde - len(dibujada)))
        clase = clase_de(tramo)
        dibujada.append(papel.signo(clase) * cuantas, SIGNOS[clase].color)
    dibujada.truncate(escala.columnas)
    return dibujada


def regla(escala: Escala) -> Text:
    """El principio y el final del eje."""
    final = f"{escala.segundos:.2f} s"
    return Text(f"0 s{final:>{escala.columnas - 3}}", "dim")


def leyenda(vistas: list[Fila], escala: Escala, papel: Papel) -> Text:
    """Qué significa cada signo de los que se han usado, y cuánto dura."""
    usadas = {clase_de(tramo) for fila in vistas for tramo in fila.tramos}
    partes = [f"{papel.signo(c)} {c}" for c in SIGNOS if c in usadas]
    partes.append(f"cada signo: {escala.segundos / escala.columnas:.3f} s")
    return Text(parrafo(", ".join(partes), papel), "dim")


def dependencias(flujo: Flujo, papel: Papel) -> Iterator[Text]:
    """De qué tareas depende cada una, según el servidor."""
    nombres = nombres_de(flujo)
    dependientes = [t for t in flujo.tareas if (t.padres | t.esperas) & nombres.keys()]
    if len(nombres) > 1 and not dependientes:
        yield Text(parrafo(SUELTAS, papel))
    for tarea in dependientes[:FILAS]:
        flecha = "←" if papel.bonito else "<-"
        dicho = f"{nombres[tarea.id]} {flecha} {', '.join(origenes(tarea, nombres))}"
        yield Text(parrafo(dicho, papel))
    if (sobran := len(dependientes) - FILAS) > 0:
        yield Text(f"{SANGRIA}… y {contar(sobran, 'task', 'tasks')} más")


def parrafo(texto: str, papel: Papel) -> str:
    """Un texto en las líneas que haga falta, con las siguientes más adentro."""
    lineas = wrap(
        texto,
        papel.ancho,
        initial_indent=SANGRIA,
        subsequent_indent=SANGRIA * 2,
        break_on_hyphens=False,
    )
    return "\n".join(lineas)


def origenes(tarea: Tarea, nombres: dict[UUID, str]) -> list[str]:
    """Las tareas de las que depende otra, en orden alfabético."""
    return sorted(
        nombre if i in tarea.padres else f"{nombre} (wait_for)"
        for i, nombre in nombres.items()
        if i in tarea.padres | tarea.esperas
    )
