"""Ejercicio 6: preguntar a una API que falla a ratos."""

from collections import Counter

from prefect import flow, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

TIENDAS = ["Puebla", "Mérida"]
VENTAS = {"Puebla": 276}
LLAMADAS: Counter[str] = Counter()


def preguntar(tienda: str) -> int:
    """Hace de API: con cada tienda falla dos veces y después contesta. No la cambies."""
    if tienda not in VENTAS:
        raise ValueError(f"no hay ninguna tienda en {tienda}")
    LLAMADAS[tienda] += 1
    if LLAMADAS[tienda] < 3:
        raise ConnectionError("API caída")
    return VENTAS[tienda]


def es_pasajero(tarea: Task, ejecucion: TaskRun, estado: State) -> bool:
    """Dice si tiene sentido volver a preguntar."""
    return isinstance(estado.result(raise_on_failure=False), ConnectionError)


@task(
    retries=3,
    retry_delay_seconds=0.2,
    retry_condition_fn=es_pasajero,
    task_run_name="pedir {tienda}",
)
def pedir(tienda: str) -> int:
    """Pide las ventas de una tienda; si la API falla, insiste."""
    return preguntar(tienda)


@flow(log_prints=True)
def ventas_por_tienda() -> None:
    """Pregunta por las ventas de cada tienda."""
    for tienda in TIENDAS:
        print(f"{tienda}: {pedir(tienda)} ventas")


if __name__ == "__main__":
    ventas_por_tienda()
