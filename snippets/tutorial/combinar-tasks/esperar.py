import time

from prefect import flow, task


@task(task_run_name="extraer")
def extraer() -> list[int]:
    """Devuelve las ventas de hoy."""
    return [120, 80, 45]


@task(task_run_name="limpiar")
def limpiar_destino() -> None:
    """Vacía la tabla de destino; no devuelve nada."""
    time.sleep(0.5)
    print("Destino limpio")


@task(task_run_name="cargar")
def cargar(ventas: list[int]) -> None:
    """Escribe las ventas en el destino."""
    print(f"{len(ventas)} ventas cargadas")


@flow(log_prints=True)
def recarga_diaria() -> None:
    """Carga solo cuando el destino ya está limpio."""
    ventas = extraer()
    limpieza = limpiar_destino.submit()
    cargar.submit(ventas, wait_for=[limpieza]).result()


if __name__ == "__main__":
    recarga_diaria()
