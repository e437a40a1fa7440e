from prefect import flow, task
from prefect.runtime import task_run


@task(retries=3, retry_delay_seconds=0.2, task_run_name="descargar")
def descargar() -> str:
    """Falla siempre."""
    print(f"Intento {task_run.run_count}")
    raise ConnectionError("API caída")


@flow(log_prints=True)
def descarga_diaria() -> None:
    """Intenta descargar las ventas."""
    descargar()


if __name__ == "__main__":
    descarga_diaria()
