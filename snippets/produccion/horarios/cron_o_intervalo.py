"""Un cron y cuatro intervalos, los días en que el reloj de Madrid se adelanta una hora."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule

ZONA = "Europe/Madrid"
MADRID = ZoneInfo(ZONA)
LAS_OCHO = datetime(2027, 3, 27, 8, tzinfo=MADRID)
LAS_DOS_Y_MEDIA = datetime(2027, 3, 27, 2, 30, tzinfo=MADRID)


def cada(horas: int, primera: datetime, zona: str | None = ZONA) -> IntervalSchedule:
    """Un intervalo que empieza en una fecha; sin zona, se cuenta en UTC."""
    return IntervalSchedule(
        interval=timedelta(hours=horas),
        anchor_date=primera.astimezone(UTC),
        timezone=zona,
    )


HORARIOS = {
    "Cron, con zona": CronSchedule(cron="0 8 * * *", timezone=ZONA),
    "Un día, con zona": cada(24, LAS_OCHO),
    "Un día, sin zona": cada(24, LAS_OCHO, zona=None),
    "Doce horas, con zona": cada(12, LAS_OCHO),
    "Un día, a las 02:30": cada(24, LAS_DOS_Y_MEDIA),
}

if __name__ == "__main__":
    for nombre, horario in HORARIOS.items():
        fechas = asyncio.run(horario.get_dates(4, start=LAS_DOS_Y_MEDIA))
        horas = [f"{fecha.astimezone(MADRID):%d/%m %H:%M}" for fecha in fechas]
        print(f"{nombre}: {', '.join(horas)}")
