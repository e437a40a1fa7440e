"""Se pone entre un programa y el servidor, y busca la contraseña en lo que pasa."""

import base64
import select
import socket
import ssl
from threading import Thread
from urllib.parse import SplitResult, urlsplit

import certifi
import httpx
from prefect.settings import get_current_settings


def pasar(puerta: socket.socket, servidor: SplitResult, visto: bytearray) -> None:
    """Lleva una conexión al servidor y se queda una copia de lo que va hacia él."""
    programa, _ = puerta.accept()
    with (
        programa,
        socket.create_connection((servidor.hostname, servidor.port)) as destino,
    ):
        otro = {programa: destino, destino: programa}
        while True:
            listos, _, _ = select.select(otro, [], [])
            for lado in listos:
                if not (trozo := lado.recv(65536)):
                    return
                if lado is programa:
                    visto += trozo
                otro[lado].sendall(trozo)


def mirar() -> None:
    """Pide la versión al servidor, por la puerta de quien mira."""
    api = get_current_settings().api
    if not (api.url and api.auth_string):
        raise SystemExit("Faltan PREFECT_API_URL o PREFECT_API_AUTH_STRING.")
    servidor, visto = urlsplit(api.url), bytearray()
    clave = api.auth_string.get_secret_value()
    usuario, _, contrasena = clave.partition(":")
    conocidos = ssl.create_default_context(cafile=api.ssl_cert_file or certifi.where())
    with socket.create_server(("127.0.0.1", 0)) as puerta:
        en_medio = Thread(target=pasar, args=(puerta, servidor, visto))
        en_medio.start()
        _, puerto = puerta.getsockname()
        respuesta = httpx.get(
            f"{servidor.scheme}://{servidor.hostname}:{puerto}/api/admin/version",
            auth=(usuario, contrasena),
            verify=conocidos,
        )
        en_medio.join()
    se_lee = base64.b64encode(clave.encode()) in visto
    print(f"{servidor.scheme}: el servidor contesta {respuesta.status_code}")
    print("La contraseña", "se lee" if se_lee else "no se lee")


if __name__ == "__main__":
    mirar()
