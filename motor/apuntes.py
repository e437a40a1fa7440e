"""Qué flow runs han empezado desde un momento, leídos cuando ya no van a cambiar."""

import time
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from motor.ejecuciones import Flujo, leer
from motor.prefect_por_dentro import Estado, apuntar_marca

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

A_MEDIAS = {
    "",
    Estado.PENDING,
    Estado.RUNNING,
    Estado.RETRYING,
    Estado.AWAITING_RETRY,
}
# Lo que se espera por algo que sigue a medias: quizá su programa murió sin decir nada.
PACIENCIA_S = 6
MIRADA_S = 0.02


def asentadas(cliente: "SyncPrefectClient", desde: datetime) -> list[Flujo]:
    """Los flow runs que han empezado desde un momento, en orden; los programados, no.

    Su programa ya ha terminado: se espera a que el servidor apunte lo que le contó.
    """
    limite = time.monotonic() + PACIENCIA_S
    while True:
        esperar_apuntes(cliente, limite)
        flujos = [leer(cliente, run) for run in empezadas(cliente, desde)]
        if not any(map(a_medias, flujos)) or time.monotonic() > limite:
            return sorted(flujos, key=lambda flujo: flujo.inicio)
        time.sleep(MIRADA_S)


def empezadas(cliente: "SyncPrefectClient", desde: datetime) -> list[UUID]:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterStartTime

    filtro = FlowRunFilter(start_time=FlowRunFilterStartTime(after_=desde))
    return [run.id for run in cliente.read_flow_runs(flow_run_filter=filtro, limit=200)]


def a_medias(flujo: Flujo) -> bool:
    """Si el flow o alguna de sus tareas todavía no han terminado."""
    estados = [flujo.estado, *(tarea.estado for tarea in flujo.tareas)]
    return not A_MEDIAS.isdisjoint(estados)


def esperar_apuntes(cliente: "SyncPrefectClient", limite: float) -> None:
    """Espera a que el servidor haya apuntado los estados de tareas que ya ha recibido.

    Le llegan como eventos y los apunta en segundo plano, por orden de llegada. Se le manda
    el de una tarea más, sin flow, y se espera a que aparezca: lo anterior ya está.
    """
    from prefect.exceptions import ObjectNotFound

    marca = uuid4()
    apuntar_marca(cliente, marca)
    while time.monotonic() < limite:
        try:
            cliente.read_task_run(marca)
            return
        except ObjectNotFound:
            time.sleep(MIRADA_S)
