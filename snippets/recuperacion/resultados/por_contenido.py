"""Suma archivos de ventas: el que dice lo mismo que otro no se suma dos veces."""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from informe_de_noche import VENTAS, leer, total
from prefect import flow, task
from prefect.cache_policies import TASK_SOURCE, CachePolicy
from prefect.context import TaskRunContext


def huella(_contexto: TaskRunContext, argumentos: dict[str, Any]) -> str:
    """La clave de una ejecución: lo que dice el archivo, y no su nombre."""
    return hashlib.sha256(argumentos["archivo"].read_bytes()).hexdigest()


@task(
    cache_policy=CachePolicy.from_cache_key_fn(huella) + TASK_SOURCE,
    cache_expiration=timedelta(days=30),
    task_run_name="sumar {archivo.name}",
)
def sumar_archivo(archivo: Path) -> float:
    """Suma un archivo de ventas."""
    return total(leer(archivo))


@flow
def por_contenido() -> None:
    """Suma un archivo, una copia y la copia cuando ha cambiado."""
    copia = Path(__file__).with_name("copia.csv")
    shutil.copy(VENTAS, copia)
    sumar_archivo(VENTAS)
    sumar_archivo(copia)
    leer(copia).to_csv(copia, index=False)
    sumar_archivo(copia)


if __name__ == "__main__":
    por_contenido()
