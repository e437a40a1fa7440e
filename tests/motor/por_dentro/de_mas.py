"""Qué importa un flow, o un servidor, que no se importe de antemano: en caliente, en JSON.

Uso: python de_mas.py flow | servidor [MÓDULO…]

Los módulos que se dicen, con lo que ellos importan, se importan antes de contar.
"""

import json
import os
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from importlib import import_module

(precargado,) = (f for f in sys.meta_path if type(f).__name__ == "Precargado")
ocultos = set(precargado.ocultos)
for modulo in sys.argv[2:]:
    import_module(modulo)
antes = set(sys.modules) | ocultos


def contar() -> None:
    """Cuenta lo importado desde entonces, y termina."""
    print(json.dumps(sorted(set(sys.modules) - antes)), flush=True)
    os._exit(0)


def contar_cuando_responda() -> None:
    """Lo cuenta en cuanto el servidor que arranca este proceso contesta."""
    direccion = f"http://127.0.0.1:{os.environ['PREFECT_SERVER_API_PORT']}/api/health"
    while True:
        with suppress(OSError), urllib.request.urlopen(direccion):
            contar()
        time.sleep(0.05)


if sys.argv[1] == "servidor":
    from prefect.cli import app

    threading.Thread(target=contar_cuando_responda).start()
    sys.argv = ["prefect", "server", "start"]
    app()

from prefect import flow, task  # noqa: E402


@task
def nada() -> None:
    pass


@flow(log_prints=True)
def vacio() -> None:
    print("nada")
    nada()
    nada.submit().wait()


vacio()
contar()
