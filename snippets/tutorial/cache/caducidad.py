import time
from datetime import timedelta

from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE


@task(
    cache_policy=INPUTS + TASK_SOURCE,
    cache_expiration=timedelta(seconds=1),
    task_run_name="tipo de cambio",
)
def tipo_de_cambio(moneda: str) -> float:
    """Lo que cuesta un dólar, para pagar a un proveedor: vale un segundo."""
    print(f"Preguntando por {moneda}…")
    return 18.5


@flow(log_prints=True)
def tres_consultas() -> None:
    """Pregunta dos veces seguidas y otra cuando el valor ya ha caducado."""
    tipo_de_cambio("USD")
    tipo_de_cambio("USD")
    time.sleep(1)
    tipo_de_cambio("USD")


if __name__ == "__main__":
    tres_consultas()
