"""Ejercicio 14: un deployment con dos horarios y una sola ejecución a la vez."""

from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
)
from prefect.schedules import Cron

CARPETA = Path(__file__).resolve().parent
POOL = "informes"
HORARIOS = [
    Cron(
        "0 7 * * *",
        timezone="America/Mexico_City",
        parameters={"tienda": "Puebla"},
        slug="mexico",
    ),
    Cron(
        "0 8 * * *",
        timezone="Europe/Madrid",
        parameters={"tienda": "Monterrey"},
        slug="madrid",
    ),
]
DE_UNA_EN_UNA = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
)

if __name__ == "__main__":
    flow.from_source(
        source=str(CARPETA), entrypoint="informe_tienda.py:informe_de_tienda"
    ).deploy(
        name="diario",
        work_pool_name=POOL,
        schedules=HORARIOS,
        concurrency_limit=DE_UNA_EN_UNA,
    )
