"""Sirve la web que se escribe, con la marca de lo que se sabe de cada bloque."""

import html
import json
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import parse_qs

from mkdocs.livereload import LiveReloadServer
from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from motor.rutas import RAIZ
from verificador.pagina import es_de_un_editor
from verificador.vivo.pizarra import Pizarra
from verificador.vivo.web import NAVEGACION, ROTA, Web

AQUI = Path(__file__).parent
PREFIJO = "/__verificacion/"
ESTILOS = f'<link rel="stylesheet" href="{PREFIJO}marca.css">'
MARCA = f'{ESTILOS}<script src="{PREFIJO}marca.js"></script>'
TIPOS = {
    "marca.css": "text/css; charset=utf-8",
    "marca.js": "text/javascript; charset=utf-8",
}
DOCUMENTO = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>La guía no se puede construir</title></head>
<body class="guia-vivo__documento">{}</body></html>"""
SUCESOS = {
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
}
ESPERA_S = 25  # lo que el navegador espera noticias antes de volver a preguntar

Responder = Callable[[str, list[tuple[str, str]]], object]


class Servidor(LiveReloadServer):
    """El de MkDocs, que además sabe qué archivos cambian y cómo está cada bloque."""

    def __init__(
        self,
        web: Web,
        pizarra: Pizarra | None,
        al_cambiar: Callable[[set[Path]], None],
        al_pedir: Callable[[Path], None],
    ) -> None:
        """Lo prepara, sin servir.

        Args:
            web: lo que sirve.
            pizarra: lo que se sabe de cada bloque; nada, si no se ejecutan.
            al_cambiar: a quién se avisa, desde el hilo principal, de los archivos que cambian.
            al_pedir: a quién se avisa de que alguien quiere que se compruebe una página.
        """
        host, _, puerto = (
            web.direccion.removeprefix("http://").strip("/").rpartition(":")
        )
        super().__init__(self._atender, host, int(puerto), str(web.sitio))
        self.web = web
        self.pizarra = pizarra
        self.al_cambiar = al_cambiar
        self.al_pedir = al_pedir
        self.observer = Observer()
        self._cambiados: set[Path] = set()

    def vigilar(self, ruta: Path, *, recursive: bool = True) -> None:
        """Avisará de lo que cambie en una carpeta."""
        manejador = FileSystemEventHandler()
        manejador.on_any_event = self._anotar
        self.observer.schedule(manejador, str(ruta), recursive=recursive)
        self._watched_paths[str(ruta)] = 1

    def _anotar(self, suceso: FileSystemEvent) -> None:
        if suceso.is_directory or suceso.event_type not in SUCESOS:
            return
        rutas = {Path(ruta) for ruta in (suceso.src_path, suceso.dest_path) if ruta}
        if rutas := set(filter(interesa, rutas)):
            with self._rebuild_cond:
                self._cambiados |= rutas
                self._want_rebuild = True
                self._rebuild_cond.notify_all()

    def _atender(self) -> None:
        """Lo llama el hilo principal cuando dejan de cambiar archivos."""
        with self._rebuild_cond:
            cambiados, self._cambiados = self._cambiados, set()
        try:
            self.al_cambiar(cambiados)
        except Exception:  # si no volviera, ninguna página se serviría
            traceback.print_exc()

    def _serve_request(
        self, environ: dict, start_response: Responder
    ) -> Iterable[bytes] | None:
        camino = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if camino.startswith(PREFIJO):
            return self._verificacion(
                camino.removeprefix(PREFIJO), environ, start_response
            )
        if (
            self.web.error
            and not camino.startswith("/livereload/")
            and camino.endswith("/")
        ):
            return self._rota(start_response)
        return super()._serve_request(environ, start_response)

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        marca = MARCA if self.pizarra else ESTILOS
        antes, cierre, despues = content.rpartition(b"</body>")
        marcado = b"%b%b%b%b" % (antes, marca.encode(), cierre, despues)
        return super()._inject_js_into_html(marcado, epoch)

    def _rota(self, start_response: Responder) -> Iterable[bytes]:
        """Cuando no hay web que servir, en cada página va por qué; y se recarga al haberla."""
        with self._epoch_cond:
            epoch = self._visible_epoch
        documento = DOCUMENTO.format(ROTA.format(html.escape(self.web.error)))
        cuerpo = self._inject_js_into_html(documento.encode(), epoch)
        return responder(start_response, "text/html; charset=utf-8", cuerpo)

    def _verificacion(
        self, que: str, environ: dict, start_response: Responder
    ) -> Iterable[bytes] | None:
        if que in TIPOS:
            return responder(start_response, TIPOS[que], (AQUI / que).read_bytes())
        consulta = {
            c: v[0] for c, v in parse_qs(environ.get("QUERY_STRING", "")).items()
        }
        ruta = self.web.paginas.get(consulta.get("pagina", ""))
        if not self.pizarra or not ruta:
            return None
        # Con esta cabecera, el navegador no deja que lo pida la página de otro sitio.
        if (
            que == "comprobar"
            and environ["REQUEST_METHOD"] == "POST"
            and "HTTP_X_GUIA" in environ
        ):
            self.al_pedir(ruta)
            return responder(start_response, "application/json", b"{}")
        ficha = self.pizarra.leer(ruta, int(consulta.get("version", 0)), ESPERA_S)
        return responder(start_response, "application/json", json.dumps(ficha).encode())


def interesa(ruta: Path) -> bool:
    """Si un archivo es de la guía: ni de un editor, ni de la raíz, salvo la navegación."""
    suelto = ruta.parent == RAIZ and ruta != NAVEGACION
    return not suelto and not es_de_un_editor(ruta.relative_to(RAIZ))


def responder(start_response: Responder, tipo: str, cuerpo: bytes) -> Iterable[bytes]:
    """Una respuesta corriente, que el navegador no guarda."""
    cabeceras = [
        ("Content-Type", tipo),
        ("Content-Length", str(len(cuerpo))),
        ("Cache-Control", "no-store"),
    ]
    start_response("200 OK", cabeceras)
    return [cuerpo]
