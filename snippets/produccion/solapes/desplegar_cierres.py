"""El mismo flow con cuatro deployments: solo cambia lo que pasa si dos ejecuciones coinciden."""

from pathlib import Path

from prefect import deploy, flow
from prefect.client.schemas.objects import (
    ConcurrencyLimitConfig,
    ConcurrencyLimitStrategy,
)

EN_COLA = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
)
SIN_REPETIR = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
)
LIMITES = {
    "libre": None,
    "lo-reciente": None,
    "en-cola": EN_COLA,
    "sin-repetir": SIN_REPETIR,
}

if __name__ == "__main__":
    cierre = flow.from_source(
        source=str(Path(__file__).resolve().parent),
        entrypoint="cierre_caja.py:cierre_de_caja",
    )
    deploy(
        *(
            cierre.to_deployment(name, cron="0 3 * * *", concurrency_limit=limite)
            for name, limite in LIMITES.items()
        ),
        work_pool_name="cajas",
    )
