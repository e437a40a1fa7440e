"""Ejercicio 16: un informe que, si no se puede entregar, no se paga dos veces."""

from central import MESES, entregar, pedir
from prefect import flow, task


@task(task_run_name="sumar {mes}")
def sumar(mes: str) -> float:
    """Pide a la central lo vendido en un mes."""
    return pedir(mes)


@task
def enviar(informe: dict[str, float]) -> None:
    """Entrega el informe a la central."""
    entregar(informe)


@flow(log_prints=True)
def informe_trimestral() -> None:
    """Suma cada mes y envía el informe."""
    enviar({mes: sumar(mes) for mes in MESES})


if __name__ == "__main__":
    informe_trimestral()
