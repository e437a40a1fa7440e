"""Pregunta al servidor qué horarios tiene el deployment y qué pide cada uno."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.schedules import CronSchedule

NOMBRE = "informe-de-producto/proveedores"

if __name__ == "__main__":
    with get_client(sync_client=True) as cliente:
        deployment = cliente.read_deployment_by_name(NOMBRE)
    print(NOMBRE, "en pausa" if deployment.paused else "activo")
    for suyo in sorted(deployment.schedules, key=lambda suyo: suyo.slug or ""):
        horario = suyo.schedule
        if isinstance(horario, CronSchedule):
            cuando = f"{horario.cron} ({horario.timezone})"
        else:
            cuando = f"cada {horario.interval}"
        estado = "activo" if suyo.active else "en pausa"
        pide = suyo.parameters or "sin parámetros"
        print(f"   {suyo.slug}, {estado}: {cuando}, {pide}")
