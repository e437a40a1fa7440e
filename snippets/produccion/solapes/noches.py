"""Anota las ejecuciones de las dos últimas noches, como si el worker hubiera estado apagado."""

from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client

NOCHES = 2

if __name__ == "__main__":
    hasta = datetime.now(UTC)
    desde = hasta - timedelta(days=NOCHES)
    plazo = {"start_time": desde.isoformat(), "end_time": hasta.isoformat()}
    with get_client(sync_client=True) as cliente:
        for deployment in cliente.read_deployments():
            if deployment.work_pool_name == "cajas":
                cliente.request(
                    "POST",
                    "/deployments/{id}/schedule",
                    path_params={"id": deployment.id},
                    json=plazo,
                ).raise_for_status()
                print(f"{deployment.name}: {NOCHES} ejecuciones atrasadas")
