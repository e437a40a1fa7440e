from prefect import flow, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import task_run
from prefect.tasks import Task


def es_pasajero(tarea: Task, ejecucion: TaskRun, estado: State) -> bool:
    """Dice si tiene sentido volver a intentarlo."""
    return isinstance(estado.result(raise_on_failure=False), ConnectionError)


@task(
    retries=3,
    retry_delay_seconds=0.1,
    retry_condition_fn=es_pasajero,
    task_run_name="leer {ruta}",
)
def leer(ruta: str) -> str:
    """La red se recupera; una ruta equivocada, no."""
    if ruta == "ventaz.csv":
        raise FileNotFoundError(ruta)
    if task_run.run_count < 3:
        raise ConnectionError("red caída")
    return ruta


@flow(log_prints=True)
def lectura() -> None:
    """Lee un archivo que existe y otro que no."""
    for ruta in ("ventas.csv", "ventaz.csv"):
        print(f"Leído: {leer(ruta)}")


if __name__ == "__main__":
    lectura()
