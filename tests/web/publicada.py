"""La web servida como la serviría cualquiera, y lo que hace falta para abrirla en un navegador."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from motor.rutas import DOCS
from verificador.pagina import paginas

if TYPE_CHECKING:
    from playwright.sync_api import Page

ESCRITORIO = {"width": 1280, "height": 900}
LIMITE_MS = 30_000  # mucho más de lo que tarda nada: por si la máquina va cargada
# Lo que dice quien publica: su dirección y la del repositorio.
DIRECCIONES = {
    "GUIA_REPO": "https://repositorio.invalid/guia",
    "GUIA_URL": "https://web.invalid/una/guia/",
}


class Callado(SimpleHTTPRequestHandler):
    """Sirve archivos sin escribir cada petición en la salida de pytest."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def servida(carpeta: Path, clase: type[Callado] = Callado) -> Iterator[str]:
    """Sirve una carpeta en un puerto libre; da su dirección, sin barra final.

    Args:
        carpeta: la de la web.
        clase: quien responde a cada petición.
    """
    servidor = ThreadingHTTPServer(("127.0.0.1", 0), partial(clase, directory=carpeta))
    hilo = threading.Thread(target=servidor.serve_forever)
    hilo.start()
    try:
        yield f"http://127.0.0.1:{servidor.server_port}"
    finally:
        servidor.shutdown()
        servidor.server_close()
        hilo.join()


def cada_pagina(pagina: Page, web: str, con: str = "") -> Iterator[str]:
    """Abre, una tras otra, las páginas de la guía.

    Args:
        pagina: la pestaña.
        web: la dirección de la portada.
        con: la expresión regular de lo que dice su Markdown; vacía, todas.
    """
    for ruta in paginas():
        if DOCS in ruta.parents and re.search(con, ruta.read_text("utf-8")):
            suya = ruta.relative_to(DOCS).with_suffix("").as_posix()
            suya = suya.removesuffix("index").strip("/")
            direccion = f"{web}{suya}/" if suya else web
            pagina.goto(direccion, wait_until="domcontentloaded")
            yield suya
