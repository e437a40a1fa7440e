from prefect import flow, task
from prefect.runtime import task_run


@task(task_run_name="contar", retries=1)
def contar() -> int:
    """Falla la primera vez y responde a la segunda."""
    if task_run.run_count == 1:
        raise ConnectionError("API caída")
    return 18


@flow(log_prints=True)
def ventas_del_dia() -> int:
    """Cuenta las ventas del 31 de diciembre."""
    ventas = contar()
    print(f"Ventas: {ventas}")
    return ventas


if __name__ == "__main__":
    ventas_del_dia()
