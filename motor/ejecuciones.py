"""Lo que Prefect hizo de verdad en un flow run, leído de la API de su servidor.

Es el modelo común de los dibujos: el grafo mira de qué depende cada tarea y el cronograma,
cuándo empezó y terminó cada tramo de su vida.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from motor.prefect_por_dentro import (
    ENLACE,
    ENTRADA_DE_ESPERA,
    ENTRADAS_QUE_SON_RUNS,
    nombre_de_la_task,
    subflow_de,
)

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun, State, TaskRun


@dataclass(frozen=True)
class Tramo:
    """Un rato en un mismo estado. Los segundos se cuentan desde que empieza el flow."""

    estado: str
    inicio: float
    fin: float
    siguiente: str  # el estado que vino después


@dataclass(frozen=True)
class Tarea:
    """Una task run, o un subflow visto desde el flow que lo llama."""

    id: UUID
    nombre: str
    estado: str
    intentos: int
    padres: frozenset[UUID] = frozenset()
    esperas: frozenset[UUID] = frozenset()  # de `wait_for`: ordenan sin pasar datos
    tramos: list[Tramo] = field(default_factory=list)


@dataclass(frozen=True)
class Flujo:
    """Un flow run con sus tareas, en el orden en que el flow las pidió."""

    id: UUID
    nombre: str
    estado: str
    inicio: datetime | None
    tramos: list[Tramo]
    tareas: list[Tarea]


def identificadores(salida: str) -> list[UUID]:
    """Los flow runs que nombra la salida de un programa, en orden y sin repetir."""
    return list(dict.fromkeys(map(UUID, ENLACE.findall(salida))))


def leer(cliente: "SyncPrefectClient", flow_run: UUID) -> Flujo:
    """Lee un flow run tal como lo tiene ahora el servidor.

    Los estados llegan al servidor en segundo plano, un poco después de que ocurran:
    quien llama decide si esperar y volver a leer.
    """
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    ejecucion = cliente.read_flow_run(flow_run)
    filtro = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    tareas = [
        leer_tarea(cliente, tarea, ejecucion)
        for tarea in cliente.read_task_runs(flow_run_filter=filtro)
    ]
    return Flujo(
        flow_run,
        cliente.read_flow(ejecucion.flow_id).name,
        ejecucion.state_name or "",
        ejecucion.start_time,
        tramos(cliente.read_flow_run_states(flow_run), ejecucion.start_time),
        sorted(tareas, key=lambda t: t.tramos[0].inicio if t.tramos else 0),
    )


def leer_tarea(
    cliente: "SyncPrefectClient", tarea: "TaskRun", flujo: "FlowRun"
) -> Tarea:
    """Traduce una task run; la que representa un subflow lleva su id y el nombre del flow."""
    identidad, nombre = tarea.id, nombre_de_la_task(tarea)
    if subflow := subflow_de(tarea):
        identidad = subflow
        nombre = cliente.read_flow(cliente.read_flow_run(subflow).flow_id).name
    entradas = {
        parametro: {e.id for e in origenes if e.input_type in ENTRADAS_QUE_SON_RUNS}
        for parametro, origenes in tarea.task_inputs.items()
    }
    esperas = entradas.pop(ENTRADA_DE_ESPERA, set())
    return Tarea(
        identidad,
        nombre,
        tarea.state_name or "",
        tarea.run_count,
        frozenset(set().union(*entradas.values())),
        frozenset(esperas),
        tramos(cliente.read_task_run_states(tarea.id), flujo.start_time),
    )


def tramos(estados: list["State"], origen: datetime | None) -> list[Tramo]:
    """Los estados sucesivos como tramos; el último, en el que se queda, no dura."""
    if origen is None:
        return []
    ordenados = sorted(estados, key=lambda estado: estado.timestamp)
    instantes = [
        round((estado.timestamp - origen).total_seconds(), 3) for estado in ordenados
    ]
    return [
        Tramo(ordenados[i].name, instantes[i], instantes[j], ordenados[j].name)
        for i, j in pairwise(range(len(ordenados)))
    ]
