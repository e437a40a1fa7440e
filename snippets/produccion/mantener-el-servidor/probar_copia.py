"""Arranca un servidor temporal con la última copia y le pide el historial."""

from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import FlowRunSort
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
    PREFECT_SERVER_DATABASE_CONNECTION_URL,
    temporary_settings,
)

RAIZ = Path(__file__).resolve().parents[3]
COPIAS = RAIZ / "data" / "output" / "copias"


def probar(copia: Path) -> None:
    """Imprime las ejecuciones que ve un servidor cuya base de datos es la copia."""
    ajustes = {
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: True,
        PREFECT_SERVER_DATABASE_CONNECTION_URL: f"sqlite+aiosqlite:///{copia}",
    }
    with (
        temporary_settings(ajustes, restore_defaults=[PREFECT_API_URL]),
        get_client(sync_client=True) as cliente,
    ):
        print("Contesta", cliente.api_url)
        for run in cliente.read_flow_runs(sort=FlowRunSort.START_TIME_ASC):
            print(f"{run.name}: {run.state_name}")


if __name__ == "__main__":
    copias = sorted(COPIAS.glob("prefect-*.db"))
    if not copias:
        raise SystemExit("No hay ninguna copia: ejecuta antes copia.py.")
    probar(copias[-1])
