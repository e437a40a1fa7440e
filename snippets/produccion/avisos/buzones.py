"""Dos buzones de prácticas, uno de correo y otro de HTTP: de este equipo no sale nada."""

import json
import socket
from contextlib import suppress
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
AVISOS, BUZONES = SALIDA / "avisos.txt", SALIDA / "buzones.json"


def anotar(llega_por: str, asunto: str, texto: str) -> None:
    """Añade un aviso a los que ya han llegado."""
    with AVISOS.open("a", encoding="utf-8") as archivo:
        archivo.write(f"Por {llega_por} · {asunto}\n    {texto.strip()}\n")


class Correo:
    """Lo que hace un buzón con cada correo."""

    async def handle_DATA(self, smtp: SMTP, sesion: Session, sobre: Envelope) -> str:
        correo = message_from_bytes(sobre.content, policy=policy.default)
        anotar("correo", correo["Subject"], correo.get_content())
        return "250 OK"


class Web(BaseHTTPRequestHandler):
    """Lo que hace el otro con cada petición: espera un JSON."""

    def do_POST(self) -> None:
        aviso = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        anotar("HTTP", aviso["asunto"], aviso["texto"])
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    SALIDA.mkdir(parents=True, exist_ok=True)
    AVISOS.unlink(missing_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as libre:
        puerto = libre.getsockname()[1]
    correo = Controller(Correo(), hostname="127.0.0.1", port=puerto)
    correo.start()
    web = HTTPServer(("127.0.0.1", 0), Web)
    BUZONES.write_text(json.dumps({"correo": puerto, "web": web.server_port}))
    print("Buzones abiertos", flush=True)
    with suppress(KeyboardInterrupt):
        web.serve_forever()
    correo.stop()
    BUZONES.unlink()
