from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE


@task(cache_policy=INPUTS + TASK_SOURCE, task_run_name="doble")
def doble(x: int) -> int:
    """Multiplica por dos."""
    return x * 2


@task(cache_policy=INPUTS + TASK_SOURCE, task_run_name="triple")
def triple(x: int) -> int:
    """Multiplica por tres."""
    return x * 3


@flow(log_prints=True)
def calcular() -> None:
    """Calcula el doble y el triple del mismo número."""
    print(f"Doble de 5: {doble(5)}")
    print(f"Triple de 5: {triple(5)}")


if __name__ == "__main__":
    calcular()
