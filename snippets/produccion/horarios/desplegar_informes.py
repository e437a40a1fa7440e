"""Un deployment con tres horarios: cada uno, con su hora, su zona y su producto."""

from datetime import timedelta
from pathlib import Path

from prefect import flow
from prefect.schedules import Cron, Interval

HORARIOS = [
    Cron(
        "0 8 * * *",
        timezone="Europe/Madrid",
        parameters={"producto": "Cojín bordado"},
        slug="madrid",
    ),
    Cron(
        "0 8 * * 1-5",
        timezone="America/Santiago",
        parameters={"producto": "Agenda 2026"},
        slug="santiago",
    ),
    Interval(timedelta(hours=6), slug="cada-seis-horas"),
]

if __name__ == "__main__":
    flow.from_source(
        source=str(Path(__file__).resolve().parent),
        entrypoint="informe_producto.py:informe_de_producto",
    ).deploy(name="proveedores", work_pool_name="locales", schedules=HORARIOS)
