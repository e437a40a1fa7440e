import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import aserve, flow, task
from prefect.schedules import Interval, RRule


@task
def contar(tienda: str) -> int:
    ruta = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
    lineas = set(ruta.read_text(encoding="utf-8").splitlines())
    completas = [li for li in lineas if not li.endswith(",") and ",," not in li]
    return sum(f",{tienda}," in linea for linea in completas)


@flow(log_prints=True)
async def ventas(tienda: str = "Guadalajara") -> None:
    print(f"{contar(tienda)} en {tienda}")


async def main() -> None:
    a_las_ocho = datetime(2025, 1, 1, 8, tzinfo=ZoneInfo("America/Mexico_City"))
    diario = await ventas.ato_deployment(
        "diario",
        parameters=dict(tienda="Puebla"),
        schedules=[
            Interval(
                timedelta(days=1),
                anchor_date=a_las_ocho,
                timezone="America/Mexico_City",
            )
        ],
    )
    otro = await ventas.ato_deployment(
        "cada-hora",
        parameters=dict(tienda="Monterrey"),
        schedule=RRule("FREQ=HOURLY;BYMINUTE=0;BYSECOND=0"),
    )
    await aserve(diario, otro)


if __name__ == "__main__":
    asyncio.run(main())
