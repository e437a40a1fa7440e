"""Borra, a través de la API, las ejecuciones que terminaron hace más de unos días."""

import sys
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterEndTime


def limpiar(dias: int) -> int:
    """Cuántas ha borrado; llegan de 200 en 200 como mucho."""
    limite = datetime.now(UTC) - timedelta(days=dias)
    antiguas = FlowRunFilter(end_time=FlowRunFilterEndTime(before_=limite))
    borradas = 0
    with get_client(sync_client=True) as cliente:
        while runs := cliente.read_flow_runs(flow_run_filter=antiguas):
            for run in runs:
                cliente.delete_flow_run(run.id)
            borradas += len(runs)
    return borradas


if __name__ == "__main__":
    match sys.argv[1:]:
        case [dias] if dias.isdecimal():
            print(f"Ejecuciones borradas: {limpiar(int(dias))}")
        case _:
            raise SystemExit("Di cuántos días guardar: python limpiar.py 30")
