"""Llama al flow de un archivo con varios argumentos y apunta qué pasa con cada llamada.

Uso: python llamar.py ARCHIVO FLOW LLAMADAS DESTINO   (LLAMADAS: una lista de objetos JSON)

Se ejecuta aparte, como cualquier programa del estudiante: importa su archivo y busca el
flow por el nombre que le puso Prefect, así que da igual cómo se llame la función.
"""

import asyncio
import inspect
import json
import runpy
import sys
from pathlib import Path

from prefect import Flow


def buscar(archivo: str, nombre: str) -> Flow:
    """El flow con ese nombre, importando el archivo sin ejecutarlo."""
    objetos = runpy.run_path(archivo, run_name="entrega").values()
    return next(o for o in objetos if isinstance(o, Flow) and o.name == nombre)


def llamar(flow: Flow, argumentos: dict[str, object]) -> dict[str, str]:
    """Lo que devuelve la llamada, o su error."""
    try:
        valor = flow(**argumentos)
        if inspect.isawaitable(valor):
            valor = asyncio.run(valor)
    except (Exception, SystemExit) as error:
        return {"error": type(error).__name__, "mensaje": str(error)}
    return {"valor": str(valor).removesuffix(".0")}


if __name__ == "__main__":
    archivo, nombre, llamadas, destino = sys.argv[1:]
    flow = buscar(archivo, nombre)
    respuestas = [llamar(flow, argumentos) for argumentos in json.loads(llamadas)]
    Path(destino).write_text(json.dumps(respuestas), "utf-8")
