"""Lo que comparten varias comprobaciones: mirar los blocks y llamar al flow aparte."""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from calificador.diagnostico import Entrega
from calificador.lengua import segun
from calificador.practica import Practica
from calificador.veredicto import Tropiezo
from motor.ejecuciones import Flujo

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


def lo_que_falta(pedidos: Iterable[str], hay: Iterable[str]) -> str:
    """Qué nombres faltan; si hay otro que se lee igual, que no es el mismo."""
    suyos = list(hay)
    parecidos = {llano(nombre): nombre for nombre in suyos}
    faltan = [
        f"{pedido}, que no es lo mismo que «{parecidos[llano(pedido)]}»"
        if llano(pedido) in parecidos
        else pedido
        for pedido in pedidos
        if pedido not in suyos
    ]
    return f"{segun(len(faltan), 'falta', 'faltan')} {' y '.join(faltan)}"


def llano(nombre: str) -> str:
    """Un nombre sin lo que se escapa al leerlo: tildes, mayúsculas, guiones y espacios."""
    letras = unicodedata.normalize("NFD", nombre.casefold())
    return "".join(filter(str.isalnum, letras))


def llamar(
    practica: Practica, flow: str, llamadas: list[dict[str, object]]
) -> tuple[Entrega, list[dict[str, str]]]:
    """Llama a un flow en otro proceso, que importa el archivo como haría un deployment.

    Returns:
        Lo que dejó ese proceso y qué pasó con cada llamada; nada, si no pudo importarlo.
    """
    destino = practica.raiz / "llamadas.json"
    destino.unlink(missing_ok=True)
    entrega = practica.lanzar(
        str(LLAMAR),
        str(practica.carpeta / practica.ejercicio.archivo),
        flow,
        json.dumps(llamadas),
        str(destino),
    )
    if not destino.exists():
        return entrega, []
    return entrega, json.loads(destino.read_text("utf-8"))


def llamar_de_varias_formas(
    practica: Practica, flow: str, llamadas: list[dict[str, object]]
) -> tuple[str, list[dict[str, str]]]:
    """Como `llamar`, pero da lo impreso y exige que el archivo se pueda importar.

    Raises:
        Tropiezo: si el flow no se puede importar desde otro programa.
    """
    entrega, respuestas = llamar(practica, flow, llamadas)
    if not respuestas:
        raise no_se_puede_llamar(practica, entrega.error)
    return entrega.salida, respuestas


def no_se_puede_llamar(practica: Practica, error: str) -> Tropiezo:
    """El tropiezo de un flow que otro programa no puede importar.

    Args:
        practica: la del ejercicio.
        error: lo que dijo Python al intentarlo.
    """
    return Tropiezo(
        f"No puedo llamar al flow de «{practica.ejercicio.archivo}» desde otro programa",
        f"Ponlo en el archivo sin meterlo en otra función. {error}",
        "tutorial/flow-y-task#flow",
    )


def repetir_flow(
    practica: Practica, flujo: Flujo, **cambios: object
) -> tuple[str, str]:
    """Repite un flow en otro proceso, con sus parámetros y algún cambio.

    Returns:
        Lo que ha impreso y su error, vacío si ha ido bien.
    """
    parametros = practica.cliente.read_flow_run(flujo.id).parameters | cambios
    entrega, respuestas = llamar(practica, flujo.nombre, [parametros])
    if not respuestas:
        return entrega.salida, entrega.error or "No encuentro el flow al importarlo."
    (respuesta,) = respuestas
    error = (
        f"{respuesta['error']}: {respuesta['mensaje']}" if "error" in respuesta else ""
    )
    return entrega.salida, error
