"""Puertos de este mismo equipo: encontrar uno libre y esperar a que alguien escuche."""

import socket


def puerto_libre() -> int:
    """Un puerto en el que nadie escucha ahora mismo en 127.0.0.1."""
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return enchufe.getsockname()[1]


def escuchan(puerto: int) -> bool:
    """Si alguien escucha en un puerto de 127.0.0.1."""
    with socket.socket() as enchufe:
        return enchufe.connect_ex(("127.0.0.1", puerto)) == 0
