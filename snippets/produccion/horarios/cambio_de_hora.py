"""Cuándo se ejecuta un cron los días en que cambia la hora, sin servidor."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect.server.schemas.schedules import CronSchedule

LAS_DOS_Y_MEDIA = "30 2 * * *"
CADA_HORA = "0 * * * *"
MEDIANOCHE = "0 0 * * *"


def mostrar(cron: str, zona: str, desde: datetime) -> None:
    """Imprime tres fechas seguidas, con el reloj de la zona y su diferencia con UTC."""
    reloj = ZoneInfo(zona)
    horario = CronSchedule(cron=cron, timezone=zona)
    print(f"{cron} en {zona}")
    for fecha in asyncio.run(horario.get_dates(3, start=desde.replace(tzinfo=reloj))):
        print(f"   {fecha.astimezone(reloj):%d/%m/%Y, %H:%M (UTC%z)}")


if __name__ == "__main__":
    mostrar(LAS_DOS_Y_MEDIA, "Europe/Madrid", datetime(2027, 3, 27))
    mostrar(LAS_DOS_Y_MEDIA, "Europe/Madrid", datetime(2027, 10, 30))
    mostrar(CADA_HORA, "Europe/Madrid", datetime(2027, 10, 31, 1))
    mostrar(MEDIANOCHE, "America/Santiago", datetime(2027, 9, 4))
    # México dejó de cambiar la hora en octubre de 2022.
    mostrar(MEDIANOCHE, "America/Mexico_City", datetime(2027, 4, 3))
