"""Cómo están un work pool, sus workers y sus ejecuciones, cuando ocurra lo que esperas."""

import sys
import time
from collections.abc import Iterator
from operator import attrgetter

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName

POOL = "nocturno"
PACIENCIA_S = 120
por_nombre = attrgetter("name")


def parte(cliente: SyncPrefectClient) -> Iterator[str]:
    """Una línea por cada uno: qué es, su nombre y su estado; de lo que muere, también por qué."""
    de_aqui = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    runs = cliente.read_flow_runs(work_pool_filter=de_aqui)
    yield f"work pool {POOL}: {cliente.read_work_pool(POOL).status.value}"
    for worker in sorted(cliente.read_workers_for_work_pool(POOL), key=por_nombre):
        yield f"worker {worker.name}: {worker.status.value}"
    for run in sorted(runs, key=por_nombre):
        yield f"ejecución {run.name}: {run.state_name}"
        if run.state.is_crashed():
            yield f"  {run.state.message}"


def esperar(lineas: set[str]) -> list[str]:
    """El parte en el que están todas esas líneas o, si no llegan, el último."""
    limite = time.monotonic() + PACIENCIA_S
    with get_client(sync_client=True) as cliente:
        while not lineas <= set(dicho := [*parte(cliente)]):
            if time.monotonic() > limite:
                break
            time.sleep(0.2)
    return dicho


if __name__ == "__main__":
    print(*esperar(set(sys.argv[1:])), sep="\n")
