"""Lo que hizo un flow run contado por filas: una por tarea, con lo que hacía en cada momento.

De aquí salen los cronogramas, el de las páginas y el de la terminal: los dos cuentan lo mismo.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from motor.ejecuciones import Flujo, Tarea, Tramo
from motor.prefect_por_dentro import Estado

BREVE = 0.1  # segundos: los tramos más cortos dependen de la carga de la máquina
EL_FLOW = "(el flow)"
TRABAJA = "trabaja"
FALLA = "falla"
DE_LA_CACHE = "de la caché"
REINTENTO = "espera el reintento"
TURNO = "espera su turno"
TRABAJANDO = {Estado.RUNNING, Estado.RETRYING}
FALLOS = {Estado.FAILED, Estado.AWAITING_RETRY, Estado.RETRYING, Estado.CRASHED}


@dataclass(frozen=True)
class Fila:
    """Una fila del cronograma.

    Attributes:
        nombre: el de la tarea, con número si se repite; o `EL_FLOW`.
        final: el estado en que acabó y, si hubo varios, sus intentos.
        tramos: los que se dibujan, en orden.
    """

    nombre: str
    final: str
    tramos: list[Tramo]


def clase_de(tramo: Tramo) -> str:
    """Qué hacía la tarea en un tramo, según en qué acabó."""
    if tramo.estado == Estado.AWAITING_RETRY:
        return REINTENTO
    if tramo.estado not in TRABAJANDO:
        return TURNO
    if tramo.siguiente in FALLOS:
        return FALLA
    return DE_LA_CACHE if tramo.siguiente == Estado.CACHED else TRABAJA


def filas(flujo: Flujo) -> Iterator[Fila]:
    """Las filas de un flow; la primera es la suya.

    De lo que dura `Pending` solo cuenta lo que espera a otra tarea y se nota: lo demás es
    Prefect preparándose.
    """
    propios = [t for t in flujo.tramos if clase_de(t) != TURNO]
    yield Fila(EL_FLOW, flujo.estado, propios)
    nombres = nombres_de(flujo)
    for tarea in flujo.tareas:
        final = con_intentos(tarea.estado, tarea.intentos)
        yield Fila(nombres[tarea.id], final, [*visibles(tarea), *cortado(tarea, flujo)])


def cortado(tarea: Tarea, flujo: Flujo) -> list[Tramo]:
    """El de una tarea que estaba en marcha al morir su flow, hasta que constó su muerte."""
    if flujo.estado != Estado.CRASHED or tarea.estado not in TRABAJANDO:
        return []
    empezo = [tramo.fin for tramo in tarea.tramos[-1:]]
    return [Tramo(tarea.estado, i, flujo.tramos[-1].fin, flujo.estado) for i in empezo]


def visibles(tarea: Tarea) -> list[Tramo]:
    """Los tramos de una tarea que se dibujan."""
    minimo = BREVE if tarea.padres or tarea.esperas else math.inf
    return [
        tramo
        for tramo in tarea.tramos
        if clase_de(tramo) != TURNO or tramo.fin - tramo.inicio >= minimo
    ]


def nombres_de(flujo: Flujo) -> dict[UUID, str]:
    """Cómo se llama cada tarea de un flow, sin que dos se llamen igual."""
    usados = Counter[str]()
    return {tarea.id: numerado(tarea.nombre, usados) for tarea in flujo.tareas}


def con_intentos(estado: str, intentos: int) -> str:
    """Un estado con el número de intentos, si hizo falta más de uno."""
    return f"{estado} · {intentos} intentos" if intentos > 1 else estado


def numerado(nombre: str, usados: Counter[str]) -> str:
    """El nombre, con número si ya ha salido: `descargar`, `descargar (2)`…"""
    usados[nombre] += 1
    return nombre if usados[nombre] == 1 else f"{nombre} ({usados[nombre]})"
