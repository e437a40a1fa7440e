"""Busca la clave de la central en todo lo que el servidor cuenta a quien le pregunta."""

from collections.abc import Iterator
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from recepcion import CLAVE

SITIOS = "logs flow_runs task_runs artifacts variables deployments block_documents"
PAGINA = 200  # lo más que el servidor da de una vez


def todo(cliente: SyncPrefectClient, sitio: str, **pide: bool) -> Iterator[Any]:
    """Pide a la API todo lo que hay en un sitio, página a página."""
    desde = 0
    while True:
        cuerpo = {"limit": PAGINA, "offset": desde, **pide}
        hallado = cliente.request("POST", f"/{sitio}/filter", json=cuerpo).json()
        yield from hallado
        desde += PAGINA
        if len(hallado) < PAGINA:
            return


def donde(dato: object, secreto: str, ruta: str) -> Iterator[str]:
    """Los lugares de una respuesta en los que se lee el secreto."""
    match dato:
        case dict():
            for nombre, valor in dato.items():
                yield from donde(valor, secreto, f"{ruta}.{nombre}")
        case list():
            for valor in dato:
                yield from donde(valor, secreto, ruta)
        case str() if secreto in dato:
            yield ruta


if __name__ == "__main__":
    secreto = CLAVE.read_text()
    with get_client(sync_client=True) as cliente:
        for sitio in SITIOS.split():
            for ruta in donde(list(todo(cliente, sitio)), secreto, sitio):
                print("A la vista:", ruta)
        pedidos = todo(cliente, "block_documents", include_secrets=True)
        for ruta in donde(list(pedidos), secreto, "block_documents"):
            print("Si se piden los secretos:", ruta)
