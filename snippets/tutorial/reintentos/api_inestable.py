from prefect import flow, task
from prefect.runtime import task_run


@task(retries=3, retry_delay_seconds=0.2, task_run_name="descargar")
def descargar() -> str:
    """Falla las dos primeras veces y responde a la tercera."""
    if task_run.run_count < 3:
        raise ConnectionError("API caída")
    return "18 ventas"


@flow(log_prints=True)
def descarga_diaria() -> None:
    """Descarga las ventas aunque la API falle un rato."""
    print(f"Recibido: {descargar()}")


if __name__ == "__main__":
    descarga_diaria()
