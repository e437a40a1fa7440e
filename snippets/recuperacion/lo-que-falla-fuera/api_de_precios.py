"""Una API de prácticas que admite dos peticiones por segundo: a las demás, contesta 429."""

import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

DIRECCION = Path(__file__).resolve().parents[3] / "data" / "output" / "api.txt"
CUANTAS, TARDA_S = 2, 0.15
admitidas: deque[float] = deque(maxlen=CUANTAS)


class Precios(BaseHTTPRequestHandler):
    """Contesta un precio o, a quien va deprisa, cuántos segundos debe esperar."""

    def do_GET(self) -> None:
        ahora = time.monotonic()
        if len(admitidas) == CUANTAS and ahora - admitidas[0] < 1:
            self.send_response(429)
            self.send_header("Retry-After", "1")
            self.end_headers()
            return
        admitidas.append(ahora)
        time.sleep(TARDA_S)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"239.00")

    def log_message(self, *_: object) -> None:
        """Que no anote cada petición en la terminal."""


if __name__ == "__main__":
    DIRECCION.parent.mkdir(parents=True, exist_ok=True)
    with HTTPServer(("127.0.0.1", 0), Precios) as api, suppress(KeyboardInterrupt):
        DIRECCION.write_text(f"http://127.0.0.1:{api.server_port}")
        print("API de precios abierta", flush=True)
        api.serve_forever()
    DIRECCION.unlink()
