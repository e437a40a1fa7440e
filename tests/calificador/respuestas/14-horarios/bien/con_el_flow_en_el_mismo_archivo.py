from pathlib import Path

import pandas as pd
from prefect import flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.schedules import Cron, Schedule

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def informe_de_tienda(tienda: str = "Puebla"):
    print(tienda, len(pd.read_csv(VENTAS)))


if __name__ == "__main__":
    flow.from_source(Path(__file__).parent, f"{Path(__file__).name}:informe_de_tienda").deploy(
        "diario",
        work_pool_name="informes",
        schedules=[
            Schedule(cron="0 7 */1 * *", timezone="America/Mexico_City", parameters={"tienda": "Puebla"}),
            Cron("00 08 * * mon-sun", timezone="Europe/Madrid", parameters={"tienda": "Monterrey"}),
        ],
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy="CANCEL_NEW"),
    )
