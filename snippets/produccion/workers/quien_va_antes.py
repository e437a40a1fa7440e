"""Pregunta al servidor lo mismo que un worker: qué ejecuciones tocan, y en qué orden."""

from prefect.client.orchestration import get_client

POOL = "nocturno"

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        colas = {cola.id: cola for cola in cliente.read_work_queues(POOL)}
        tocan = cliente.get_scheduled_flow_runs_for_work_pool(POOL)
    for puesto, suya in enumerate(tocan, start=1):
        cola = colas[suya.work_queue_id]
        print(f"{puesto}. {suya.flow_run.name}: {cola.name}, prioridad {cola.priority}")
    if not tocan:
        print("No toca ninguna")
