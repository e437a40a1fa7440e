"""Llama al flow de un archivo y lo interrumpe, como Ctrl+C, cuando va a leer otro archivo.

Uso: python interrumpir.py ARCHIVO FLOW ARGUMENTOS LEE   (ARGUMENTOS: un objeto JSON)
"""

import json
import sys
from pathlib import Path

from llamar import buscar, llamar


def interrumpir_al_leer(nombre: str) -> None:
    """La primera vez que alguien abra un archivo con ese nombre, lo interrumpe.

    Lo dice el propio Python (`sys.addaudithook`), así que da igual con qué se lea.
    """
    pendientes = [nombre]

    def mirar(suceso: str, argumentos: tuple) -> None:
        es_ruta = suceso == "open" and isinstance(argumentos[0], str | Path)
        if es_ruta and Path(argumentos[0]).name in pendientes:
            pendientes.clear()
            raise KeyboardInterrupt

    sys.addaudithook(mirar)


if __name__ == "__main__":
    archivo, nombre, argumentos, lee = sys.argv[1:]
    flow = buscar(archivo, nombre)
    interrumpir_al_leer(lee)
    llamar(flow, json.loads(argumentos))
