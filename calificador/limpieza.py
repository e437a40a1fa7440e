"""Un servidor de Prefect como recién creado: sin nada de lo que apuntó un programa."""

from contextlib import suppress
from typing import TYPE_CHECKING

from prefect.exceptions import PrefectHTTPStatusError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

# Lo que puede crear un programa y por qué campo se borra. Con un flow se van sus flow runs.
QUE_SE_BORRA = {
    "automations": "id",
    "deployments": "id",
    "flows": "id",
    "block_documents": "id",
    "variables": "id",
    "artifacts": "id",
    "concurrency_limits": "id",
    "v2/concurrency_limits": "id",
    "work_pools": "name",
}


def vaciar(cliente: "SyncPrefectClient") -> None:
    """Borra lo que hayan creado los programas anteriores.

    Raises:
        httpx.HTTPError: si el servidor no responde.
    """
    for que, campo in QUE_SE_BORRA.items():
        previos = None  # si quedan los mismos, son los que Prefect no deja borrar
        while (creados := pedir(cliente, que)) and creados != previos:
            for creado in creados:
                with suppress(PrefectHTTPStatusError):
                    cliente.request("DELETE", f"/{que}/{creado[campo]}")
            previos = creados


def pedir(cliente: "SyncPrefectClient", que: str) -> list[dict]:
    """Lo que hay de una clase; como mucho, una página."""
    return cliente.request("POST", f"/{que}/filter", json={}).json()
