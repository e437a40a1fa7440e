"""Sirve dos flows desde un solo proceso, cada uno con su horario."""

from pipelines_ventas import pipeline_diario, pipeline_horario
from prefect import serve
from prefect.schedules import Cron, Interval

if __name__ == "__main__":
    serve(
        pipeline_diario.to_deployment(
            name="medianoche",
            schedule=Cron("0 0 * * *", timezone="America/Mexico_City"),
        ),
        pipeline_horario.to_deployment(name="cada-hora", schedule=Interval(3600)),
    )
