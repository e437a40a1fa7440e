"""Hace la foto de la web que enseña el README, con la web construida y un navegador.

Uso: python -m verificador.ordenes.portada
"""

import tempfile
from pathlib import Path

from motor.rutas import RAIZ
from verificador.figuras.capturas import Captura
from verificador.figuras.navegador import Navegador
from verificador.sitio import construir

FOTO = RAIZ / ".github" / "portada.webp"


class CapturaDeLaWeb(Captura, frozen=True):
    """Una foto de la propia guía, abierta desde el disco, y no de la interfaz de Prefect."""

    def direccion(self, base_url: str, valores: dict[str, str]) -> str:
        """La URL completa; la web no tiene huecos que rellenar."""
        return base_url + self.ruta


PORTADA = CapturaDeLaWeb(
    nombre="portada",
    alt="La portada de la guía en un navegador: qué es Prefect y por dónde se empieza.",
    ruta="/index.html",
    ventana=(1000, 620),
    visible=["article h1", "article a.md-button >> nth=0"],
)


def fotografiar(sitio: Path) -> bytes:
    """La foto, en WebP.

    Raises:
        CapturaRota: si no se ve lo declarado.
    """
    with Navegador() as navegador:
        return navegador.fotografiar(PORTADA, sitio.as_uri(), "claro", {}).webp


def revisar(sitio: Path) -> None:
    """Comprueba que la foto podría hacerse ahora.

    Raises:
        CapturaRota: si no se ve lo declarado.
    """
    with Navegador() as navegador:
        navegador.revisar(PORTADA, sitio.as_uri(), {})


def main() -> None:
    with tempfile.TemporaryDirectory() as temporal:
        FOTO.write_bytes(fotografiar(construir(Path(temporal, "sitio"))))


if __name__ == "__main__":
    main()
