"""El `python` (y el `prefect`, `pytest`…) de la terminal de pruebas.

Entrega la orden al intérprete caliente y se comporta como el programa: le reenvía las
señales y termina como él. Solo usa la biblioteca estándar para arrancar en milisegundos.
"""

import json
import os
import signal
import socket
import sys


def main() -> int:
    """Ejecuta la orden y devuelve su código de salida."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as conexion:
        conexion.connect(
            os.path.join(os.path.dirname(__file__), "..", "interprete.sock")
        )
        socket.send_fds(conexion, [b"\n"], [0, 1, 2])
        peticion = {
            "orden": sys.argv,
            "carpeta": os.getcwd(),
            "entorno": dict(os.environ),
        }
        for senal in (signal.SIGINT, signal.SIGTERM):
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
