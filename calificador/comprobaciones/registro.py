"""El log de un flow run tal como lo guarda el servidor."""

from uuid import UUID

from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

from calificador.practica import Practica
from motor.espera import esperar
from motor.prefect_por_dentro import TERMINA

LIMITE_S = 5


def mensajes(practica: Practica, flow_run: UUID) -> list[str]:
    """Los mensajes de un flow run que ha terminado.

    Llegan al servidor un poco después de que ocurran, y en orden: con el último están todos.
    """
    filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[flow_run]))

    def leidos() -> list[str]:
        return [log.message for log in practica.cliente.read_logs(filtro)]

    esperar(lambda: any(TERMINA in mensaje for mensaje in leidos()), LIMITE_S)
    return leidos()
