"""Qué flow runs han empezado desde un momento, leídos cuando ya no van a cambiar."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from motor.ejecuciones import Flujo, leer
from motor.espera import esperar
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


def asentadas(cliente: "SyncPrefectClient", desde: datetime) -> list[Flujo]:
    """Los flow runs que han empezado desde un momento, en orden; los programados, no."""
    flujos = leer_asentados(cliente, lambda: empezadas(cliente, desde))
    return sorted(flujos, key=lambda flujo: flujo.inicio)


def leer_asentados(
    cliente: "SyncPrefectClient", cuales: Callable[[], Iterable[UUID]]
) -> list[Flujo]:
    """Unos flow runs, cuando ya no van a cambiar.

    Su programa ya ha terminado: se espera a que el servidor apunte lo que le contó.

    Args:
        cliente: del servidor que los apunta.
        cuales: los que son; se pregunta cada vez que se miran.
    """
    flujos: list[Flujo] = []
    limite = time.monotonic() + PACIENCIA_S

    def quietos() -> bool:
        esperar_apuntes(cliente, limite)
        flujos[:] = [leer(cliente, run) for run in cuales()]
        return not any(map(a_medias, flujos))

    esperar(quietos, PACIENCIA_S)
    return flujos


def empezadas(cliente: "SyncPrefectClient", desde: datetime) -> list[UUID]:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterStartTime

    filtro = FlowRunFilter(start_time=FlowRunFilterStartTime(after_=desde))
    return [run.id for run in cliente.read_flow_runs(flow_run_filter=filtro, limit=200)]


def a_medias(flujo: Flujo) -> bool:
    """Si el flow o alguna de sus tareas todavía no han terminado.

    De las tareas de uno que ha muerto no se sabrá más: con él murió quien lo contaba.
    """
    if flujo.estado == Estado.CRASHED:
        return False
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

    def apuntada() -> bool:
        try:
            return bool(cliente.read_task_run(marca))
        except ObjectNotFound:
            return False

    esperar(apuntada, limite - time.monotonic())
