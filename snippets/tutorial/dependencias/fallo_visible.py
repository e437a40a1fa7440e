import sys

from prefect import flow, task
from prefect.futures import PrefectFuture


@task(task_run_name="cargar")
def cargar() -> None:
    """Siempre falla."""
    raise ConnectionError("el almacén no responde")


@flow(log_prints=True)
def pipeline_nocturno() -> PrefectFuture[None]:
    """Envía la carga del informe y la devuelve: su estado decide el del flow."""
    carga = cargar.submit()
    print("Carga enviada")
    return carga


if __name__ == "__main__":
    estado = pipeline_nocturno(return_state=True)
    if not estado.is_completed():
        sys.exit(f"El flow ha terminado en {estado.name}")
