"""Lo que comparten las comprobaciones con blocks: mirarlos y repetir el flow aparte."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from calificador.ejecuciones import Flujo
from calificador.practica import Practica

if TYPE_CHECKING:
    from prefect.client.schemas.objects import BlockDocument

LLAMAR = Path(__file__).with_name("llamar.py")


def blocks(practica: Practica, tipo: str) -> dict[str, "BlockDocument"]:
    """Los blocks de un tipo que hay en el servidor, por su nombre."""
    todos = practica.cliente.read_block_documents()
    return {b.name: b for b in todos if b.name and b.block_type.slug == tipo}


def enumerar(nombres: Iterable[str]) -> str:
    """Dice qué hay, para quien lo ha guardado con otro nombre."""
    lista = ", ".join(f"«{nombre}»" for nombre in nombres)
    return f"Hay {lista}" if lista else "No hay ninguno"


def llamar_flow(practica: Practica, flujo: Flujo, **cambios: object) -> tuple[str, str]:
    """Repite un flow en otro proceso, que importa el archivo como haría un deployment.

    Returns:
        Lo que ha impreso y su error, vacío si ha ido bien.
    """
    parametros = practica.cliente.read_flow_run(flujo.id).parameters | cambios
    destino = practica.raiz / "llamada.json"
    entrega = practica.lanzar(
        str(LLAMAR),
        str(practica.carpeta / practica.ejercicio.archivo),
        flujo.nombre,
        json.dumps([parametros]),
        str(destino),
    )
    if entrega.codigo:
        return entrega.salida, entrega.error or "No encuentro el flow al importarlo."
    (respuesta,) = json.loads(destino.read_text("utf-8"))
    error = (
        f"{respuesta['error']}: {respuesta['mensaje']}" if "error" in respuesta else ""
    )
    return entrega.salida, error
