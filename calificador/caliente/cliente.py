"""El `python` (y el `prefect`, `pytest`…) de la terminal de pruebas.

Entrega la orden al intérprete caliente y se comporta como el programa: le reenvía las
señales y termina como él. Solo usa la biblioteca estándar para arrancar en milisegundos.
"""

import json
import os
import signal
import socket
import sys
from contextlib import suppress


def heredados() -> list[int]:
    """Los descriptores abiertos por quien lo lanza; multiprocessing pasa más de tres."""
    propios = []
    for numero in map(int, os.listdir("/dev/fd")):
        with suppress(OSError):  # el de la propia lista, ya cerrado
            if os.get_inheritable(numero):
                propios.append(numero)
    return propios


def main() -> int:
    """Ejecuta la orden y devuelve su código de salida."""
    flujos = heredados()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as conexion:
        conexion.connect(
            os.path.join(os.path.dirname(__file__), "..", "interprete.sock")
        )
        socket.send_fds(conexion, [b"\n"], flujos)
        peticion = {
            "orden": sys.argv,
            "flujos": flujos,
            "carpeta": os.getcwd(),
            "entorno": dict(os.environ),
        }
        for senal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(senal, lambda numero, _: conexion.send(bytes([numero])))
        conexion.sendall(json.dumps(peticion).encode() + b"\n")
        codigo = int(conexion.recv(16) or -signal.SIGKILL)
    if codigo < 0:  # murió por una señal: morir igual, para que el shell lo vea igual
        if codigo != -signal.SIGKILL:
            signal.signal(-codigo, signal.SIG_DFL)
        os.kill(os.getpid(), -codigo)
    return codigo


if __name__ == "__main__":
    sys.exit(main())
