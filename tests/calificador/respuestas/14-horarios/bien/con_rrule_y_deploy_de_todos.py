import asyncio
from pathlib import Path

from informe_tienda import informe_de_tienda
from prefect import deploy
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.schedules import RRule


async def main() -> None:
    mio = await informe_de_tienda.from_source(
        str(Path(__file__).parent), "informe_tienda.py:informe_de_tienda"
    )
    descrito = await mio.to_deployment(
        "diario",
        schedules=[
            RRule("FREQ=DAILY;BYHOUR=8;BYMINUTE=0", "Europe/Madrid", True, {"tienda": "Monterrey"}),
            RRule(
                "DTSTART:20250101T070000\nRRULE:FREQ=DAILY;INTERVAL=1",
                timezone="America/Mexico_City",
                parameters={"tienda": "Puebla"},
            ),
        ],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy="CANCEL_NEW", grace_period_seconds=600
        ),
    )
    await deploy(descrito, work_pool_name="informes")


asyncio.run(main())
