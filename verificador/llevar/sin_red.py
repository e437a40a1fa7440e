"""La guía para leer sin red: la web construida, en un zip que se abre desde el disco.

Uso: python -m verificador.llevar.sin_red [carpeta]   (deja en ella el zip y su enlace)

Lo que un servidor hace por la web, aquí va hecho: un enlace a una carpeta lleva a su página, y
el buscador tiene su índice en un programa, que es lo que un navegador deja leer desde el disco.
"""

import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from motor.rutas import RAIZ
from verificador import kit

ZIP = "guia-sin-red.zip"
CARPETA = "guia-para-leer"  # en la que se descomprime
INDICE = "search/search_index.json"
TRABAJADOR = "assets/javascripts/iframe-worker.js"
# Lo que solo sirve a quien publica; y los PDF, que se llevan aparte.
SOBRA = re.compile(r"404\.html|sitemap\.xml(\.gz)?|guia-sin-red\.zip|.*\.pdf")

ENLACE = re.compile(r'(\bhref="|\bcontent="0; url=)([^"#?:]+)(?=["#])')
TEMA = re.compile(r'<script src="([^"]*)assets/javascripts/bundle\.')
# El hueco que deja la página de instalación, y lo que ya se haya puesto en él.
HUECO = re.compile(r'<!--sin-red-->(<p class="guia-sin-red">.*?</p>)?')
OFERTA = (
    '<!--sin-red--><p class="guia-sin-red">Para leer la guía sin conexión, descarga '
    '<a href="{direccion}" download>{zip}</a> ({megas} MB), descomprímelo y abre '
    "<code>{carpeta}/index.html</code>: los enlaces y el buscador también funcionan.</p>"
)


def ofrecer(sitio: Path) -> Path:
    """Deja el zip en la web construida, y su enlace donde la web tiene el hueco.

    Args:
        sitio: la carpeta de la web construida.
    """
    destino = sitio / ZIP
    destino.write_bytes(kit.comprimir(copia(sitio)))
    megas = f"{destino.stat().st_size / 1e6:.1f}"
    for pagina in sitio.rglob("*.html"):
        html = pagina.read_text("utf-8")
        if HUECO.search(html):
            subidas = len(pagina.relative_to(sitio).parts) - 1
            datos = {"zip": ZIP, "carpeta": CARPETA, "megas": megas}
            oferta = OFERTA.format(direccion="../" * subidas + ZIP, **datos)
            pagina.write_text(HUECO.sub(oferta, html), "utf-8")
    return destino


def copia(sitio: Path) -> dict[str, bytes]:
    """Lo que lleva el zip, por su ruta."""
    dentro = {
        ruta.relative_to(sitio).as_posix(): de_disco(ruta, sitio)
        for ruta in sorted(sitio.rglob("*"))
        if ruta.is_file() and not SOBRA.fullmatch(ruta.relative_to(sitio).as_posix())
    }
    # El programa, para quien abre la carpeta; el otro, para quien la sirve.
    dentro["search/search_index.js"] = b"var __index = " + dentro[INDICE]
    dentro[TRABAJADOR] = Path(__file__).with_name("iframe-worker.js").read_bytes()
    return {f"{CARPETA}/{ruta}": contenido for ruta, contenido in dentro.items()}


def de_disco(archivo: Path, sitio: Path) -> bytes:
    """Un archivo de la web, como hace falta para abrirla desde el disco."""
    if archivo.suffix == ".html":
        return pagina_de_disco(archivo).encode()
    if archivo == sitio / INDICE:
        return indice_de_disco(archivo).encode()
    return archivo.read_bytes()


def pagina_de_disco(pagina: Path) -> str:
    """Una página cuyos enlaces llevan a archivos, y con lo que necesita su buscador."""

    def a_su_archivo(enlace: re.Match[str]) -> str:
        if not (pagina.parent / unquote(enlace[2])).is_dir():
            return enlace[0]
        return f"{enlace[1]}{enlace[2].rstrip('/')}/index.html"

    html = HUECO.sub("", pagina.read_text("utf-8"))
    html = TEMA.sub(rf'<script src="\g<1>{TRABAJADOR}"></script>\g<0>', html)
    return ENLACE.sub(a_su_archivo, html)


def indice_de_disco(archivo: Path) -> str:
    """El índice de búsqueda, cuyos resultados llevan a archivos."""
    indice = json.loads(archivo.read_text("utf-8"))
    for documento in indice["docs"]:
        carpeta, almohadilla, ancla = documento["location"].partition("#")
        documento["location"] = f"{carpeta}index.html{almohadilla}{ancla}"
    return json.dumps(indice, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    ofrecer(Path(sys.argv[1]) if sys.argv[1:] else RAIZ / "site")
