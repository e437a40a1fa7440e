from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE


@task(cache_policy=INPUTS + TASK_SOURCE, task_run_name="docena")
def docena(precio: int) -> int:
    """Lo que cuestan doce piezas."""
    return precio * 12


@task(cache_policy=INPUTS + TASK_SOURCE, task_run_name="caja")
def caja(precio: int) -> int:
    """Lo que cuestan veinticuatro piezas."""
    return precio * 24


@flow(log_prints=True)
def calcular() -> None:
    """Calcula lo que cuestan una docena y una caja del mismo producto."""
    print(f"Una docena, a 129 la pieza: {docena(129)} MXN")
    print(f"Una caja de 24, a 129 la pieza: {caja(129)} MXN")


if __name__ == "__main__":
    calcular()
