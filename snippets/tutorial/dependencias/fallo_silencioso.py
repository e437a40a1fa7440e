import sys
import time

from prefect import flow, task


@task(task_run_name="cargar")
def cargar() -> None:
    """Siempre falla."""
    raise ConnectionError("el almacén no responde")


@flow(log_prints=True)
def pipeline_nocturno() -> None:
    """Envía la carga del informe, sigue con lo suyo y se olvida de ella."""
    cargar.submit()
    print("Carga enviada")
    time.sleep(0.5)


if __name__ == "__main__":
    estado = pipeline_nocturno(return_state=True)
    if not estado.is_completed():
        sys.exit(f"El flow ha terminado en {estado.name}")
