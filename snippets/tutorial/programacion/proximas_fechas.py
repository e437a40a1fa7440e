"""Muestra cuándo se ejecutaría un cron, sin servidor y sin esperar."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect.server.schemas.schedules import CronSchedule

MEXICO = ZoneInfo("America/Mexico_City")
DESDE = datetime(2027, 1, 1, 9, 0, tzinfo=MEXICO)


def mostrar(titulo: str, horario: CronSchedule) -> None:
    """Imprime las tres próximas fechas, con el reloj de México."""
    print(titulo)
    for fecha in asyncio.run(horario.get_dates(3, start=DESDE)):
        print("  ", fecha.astimezone(MEXICO).strftime("%d/%m/%Y, %H:%M"))


if __name__ == "__main__":
    medianoche = "0 0 * * *"
    mostrar("Sin zona horaria:", CronSchedule(cron=medianoche))
    mostrar(
        "Con America/Mexico_City:",
        CronSchedule(cron=medianoche, timezone="America/Mexico_City"),
    )
    mostrar(
        "De lunes a viernes a las 8:30:",
        CronSchedule(cron="30 8 * * 1-5", timezone="America/Mexico_City"),
    )
