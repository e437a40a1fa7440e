from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterStartTime,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.sorting import FlowRunSort

YA_EMPEZADAS = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))


def consultar(nombre: str) -> None:
    """Cuenta lo que el servidor guarda de la última ejecución de un flow."""
    with get_client(sync_client=True) as cliente:
        ejecuciones = cliente.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[nombre])),
            flow_run_filter=YA_EMPEZADAS,
            sort=FlowRunSort.START_TIME_DESC,
            limit=1,
        )
        if not ejecuciones:
            print(f"Todavía no hay ninguna ejecución de {nombre}")
            return
        ejecucion = ejecuciones[0]
        duracion = ejecucion.end_time - ejecucion.start_time
        print(f"Estado: {ejecucion.state.name}")
        print(f"Inicio: {ejecucion.start_time}")
        print(f"Duración: {duracion.total_seconds():.1f} s")

        tareas = cliente.read_task_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[ejecucion.id]))
        )
        for tarea in tareas:
            estados = cliente.read_task_run_states(tarea.id)
            print(f"{tarea.name}: {' → '.join(estado.name for estado in estados)}")

        registros = cliente.read_logs(
            LogFilter(flow_run_id=LogFilterFlowRunId(any_=[ejecucion.id]))
        )
        for registro in registros:
            print(f"Log: {registro.message}")


if __name__ == "__main__":
    consultar("ventas-del-dia")
