"""Pausa un horario, el que nombres; o el deployment entero, si no nombras ninguno."""

import argparse

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.responses import DeploymentResponse

NOMBRE = "informe-de-producto/proveedores"


def cambiar_todo(
    cliente: SyncPrefectClient, suyo: DeploymentResponse, activo: bool
) -> None:
    """Reanuda el deployment, o lo pausa."""
    cambiar = cliente.resume_deployment if activo else cliente.pause_deployment
    cambiar(suyo.id)


def cambiar_uno(
    cliente: SyncPrefectClient, suyo: DeploymentResponse, slug: str, activo: bool
) -> None:
    """Reanuda uno de sus horarios, o lo pausa, sin que pierda sus parámetros."""
    horarios = {horario.slug: horario for horario in suyo.schedules}
    if slug not in horarios:
        raise SystemExit(f"No hay ningún horario {slug!r}: hay {sorted(horarios)}")
    horario = horarios[slug]
    cliente.update_deployment_schedule(
        suyo.id, horario.id, active=activo, parameters=horario.parameters
    )


if __name__ == "__main__":
    opciones = argparse.ArgumentParser(description=__doc__)
    opciones.add_argument("slug", nargs="?")
    opciones.add_argument("--reanudar", action="store_true")
    dicho = opciones.parse_args()
    with get_client(sync_client=True) as cliente:
        suyo = cliente.read_deployment_by_name(NOMBRE)
        if dicho.slug:
            cambiar_uno(cliente, suyo, dicho.slug, dicho.reanudar)
        else:
            cambiar_todo(cliente, suyo, dicho.reanudar)
