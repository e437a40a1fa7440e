"""Acaba la web que `mkdocs build` ha dejado en site/: python -m verificador.acabado"""

from motor.rutas import RAIZ
from verificador.acabado import acabar
from verificador.texto import sitio_configurado

if __name__ == "__main__":
    acabar(RAIZ / "site", sitio_configurado().site_url or "")
