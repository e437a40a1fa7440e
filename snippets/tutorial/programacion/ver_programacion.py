"""Pregunta al servidor qué horarios tienen los deployments que le nombras."""

import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule


def mostrar(nombres: list[str]) -> None:
    """Imprime una línea por cada horario."""
    with get_client(sync_client=True) as cliente:
        for nombre in nombres:
            deployment = cliente.read_deployment_by_name(nombre)
            for programado in deployment.schedules:
                horario = programado.schedule
                if isinstance(horario, CronSchedule):
                    cuando = f"cron {horario.cron} ({horario.timezone or 'UTC'})"
                elif isinstance(horario, IntervalSchedule):
                    cuando = f"cada {horario.interval.total_seconds():.0f} segundos"
                else:
                    cuando = str(horario)
                pausa = ", en pausa" if deployment.paused else ""
                print(f"{nombre}: {cuando}{pausa}")


if __name__ == "__main__":
    mostrar(sys.argv[1:])
