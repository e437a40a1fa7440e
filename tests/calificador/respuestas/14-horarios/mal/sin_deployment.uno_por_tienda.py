from pathlib import Path

from informe_tienda import informe_de_tienda
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.schedules import Cron

LIMITE = ConcurrencyLimitConfig(limit=1, collision_strategy="CANCEL_NEW")

for nombre, cron, zona, tienda in [
    ("mexico", "0 7 * * *", "America/Mexico_City", "Puebla"),
    ("madrid", "0 8 * * *", "Europe/Madrid", "Monterrey"),
]:
    informe_de_tienda.from_source(
        str(Path(__file__).parent), "informe_tienda.py:informe_de_tienda"
    ).deploy(
        name=nombre,
        work_pool_name="informes",
        schedule=Cron(cron, timezone=zona, parameters={"tienda": tienda}),
        concurrency_limit=LIMITE,
    )
