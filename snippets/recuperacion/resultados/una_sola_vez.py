"""Cierra un mes: aunque lo pidan dos programas a la vez, lo calcula uno solo."""

import time
from pathlib import Path

from informe_de_noche import VENTAS, leer
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE
from prefect.locking.filesystem import FileSystemLockManager
from prefect.transactions import IsolationLevel

CERROJOS = Path(__file__).with_name("cerrojos")
UNA_SOLA_VEZ = (INPUTS + TASK_SOURCE).configure(
    isolation_level=IsolationLevel.SERIALIZABLE,
    lock_manager=FileSystemLockManager(CERROJOS),
)


@task(cache_policy=UNA_SOLA_VEZ, log_prints=True, task_run_name="cerrar {mes}")
def cerrar_mes(mes: str) -> int:
    """Cuenta las ventas de un mes; despacio, para que dé tiempo a pedirlo otra vez."""
    print(f"Cerrando {mes}…")
    time.sleep(3)
    return int(leer(VENTAS)["fecha"].str.startswith(mes).sum())


@flow(log_prints=True)
def una_sola_vez() -> None:
    """Cierra diciembre."""
    print(f"Ventas de diciembre: {cerrar_mes('2025-12')}")


if __name__ == "__main__":
    una_sola_vez()
