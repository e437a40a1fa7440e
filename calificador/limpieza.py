"""Un servidor de Prefect como recién creado: sin nada de lo que apuntó un programa."""

from contextlib import suppress
from typing import TYPE_CHECKING

from prefect.exceptions import PrefectHTTPStatusError

from motor.prefect_por_dentro import SE_BORRAN

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient


def vaciar(cliente: "SyncPrefectClient") -> None:
    """Borra lo que hayan creado los programas anteriores.

    Raises:
        httpx.HTTPError: si el servidor no responde.
    """
    for que, campo in SE_BORRAN.items():
        previos = None  # si quedan los mismos, son los que Prefect no deja borrar
        while (creados := pedir(cliente, que)) and creados != previos:
            for creado in creados:
                with suppress(PrefectHTTPStatusError):
                    cliente.request("DELETE", f"/{que}/{creado[campo]}")
            previos = creados


def pedir(cliente: "SyncPrefectClient", que: str) -> list[dict]:
    """Lo que hay de una clase; como mucho, una página."""
    return cliente.request("POST", f"/{que}/filter", json={}).json()
