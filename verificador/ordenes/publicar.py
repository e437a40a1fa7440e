"""`make publicar`: la web en site/, lista para subir a su dirección.

Sin saber cuál es, el mapa del sitio saldría vacío y ninguna página diría dónde está: por eso
aquí la dirección no es opcional, y en `make build`, que es para mirar, sí.
"""

import os
import re
import shutil
import sys

from motor.rutas import RAIZ
from verificador.acabado.fichas import fichas
from verificador.llevar.sin_red import ofrecer
from verificador.sitio import SitioRoto, construir
from verificador.texto import sitio_configurado

SITIO = RAIZ / "site"
DIRECCION = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
REMEDIO = (
    "Qué hacer: di en qué dirección se va a leer, con su carpeta si la tiene. "
    "Por ejemplo: make publicar GUIA_URL=https://ejemplo.org/guia/"
)


def reparo(direccion: str) -> str:
    """Por qué no se puede publicar en una dirección; vacío, si se puede."""
    if not direccion:
        return "No sé dónde se va a publicar la guía: falta GUIA_URL."
    if not DIRECCION.fullmatch(direccion):
        return f"GUIA_URL no es la dirección de una web: «{direccion}»."
    return ""


def publicar(direccion: str) -> str:
    """Construye la web desde cero; devuelve qué hay que hacer con ella.

    Raises:
        SitioRoto: si algo avisa al construirla.
    """
    shutil.rmtree(SITIO, ignore_errors=True)
    ofrecer(construir(SITIO, GUIA_URL=direccion))
    cuantas = len(list(fichas(sitio_configurado().nav)))
    return f"{cuantas} páginas en site/. Sube lo que hay dentro a {direccion}"


def main() -> None:
    direccion = os.environ.get("GUIA_URL", "").strip()
    if queja := reparo(direccion):
        sys.exit(f"{queja}\n{REMEDIO}")
    try:
        print(publicar(direccion))
    except SitioRoto as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
