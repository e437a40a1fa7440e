"""El `python` (y el `prefect`, `pytest`…) de la terminal de pruebas.

Entrega la orden al intérprete caliente y se comporta como el programa: le reenvía las
señales y termina como él. Solo usa la biblioteca estándar para arrancar en milisegundos.
"""

import json
import os
import resource
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


def limites() -> list[tuple[int, int, int]]:
    """Lo que `ulimit` ha dejado dicho: cada recurso, con su límite blando y el duro."""
    recursos = {n for n in dir(resource) if n.startswith("RLIMIT_")}
    numeros = {getattr(resource, nombre) for nombre in recursos}
    return [(numero, *resource.getrlimit(numero)) for numero in sorted(numeros)]


def conectar(conexion: socket.socket) -> None:
    """Desde su carpeta: la ruta de un enchufe no puede pasar de unos 100 caracteres."""
    aqui = os.open(".", os.O_RDONLY)
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    conexion.connect("interprete.sock")
    os.fchdir(aqui)
    os.close(aqui)


def main() -> int:
    """Ejecuta la orden y devuelve su código de salida."""
    flujos = heredados()
    mascara = os.umask(0)
    os.umask(mascara)
    peticion = {
        "orden": sys.argv,
        "carpeta": os.getcwd(),
        "entorno": dict(os.environ),
        "mascara": mascara,
        "limites": limites(),
        "flujos": flujos,
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as conexion:
        conectar(conexion)
        socket.send_fds(conexion, [b"\n"], flujos)
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
