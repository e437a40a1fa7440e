from prefect import flow, task
from prefect.runtime import task_run
from prefect.tasks import exponential_backoff


@task(retries=2, retry_delay_seconds=[0.1, 0.5], task_run_name="lista")
def con_lista() -> None:
    """Espera lo que dice la lista antes de cada reintento."""
    if task_run.run_count < 3:
        raise ConnectionError("API caída")


@task(
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=0.1),
    task_run_name="exponencial",
)
def con_espera_exponencial() -> None:
    """Espera el doble antes de cada reintento."""
    if task_run.run_count < 4:
        raise ConnectionError("API caída")


@flow
def descarga_paciente() -> None:
    """Prueba las dos formas de esperar a la API de un proveedor."""
    con_lista()
    con_espera_exponencial()


if __name__ == "__main__":
    descarga_paciente()
