"""Vuelve a resolver las listas de paquetes desde pyproject.toml, con lo más nuevo.

Uso: python -m verificador.ordenes.lock

O cambia todas las listas o, si algo falla, ninguna.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from motor.rutas import RAIZ
from verificador.escritura import escribir_juntos
from verificador.ordenes import versiones
from verificador.ordenes.copia import LISTAS, CopiaRota


def main() -> None:
    with tempfile.TemporaryDirectory() as temporal:
        carpeta = Path(temporal)
        for nombre in ("pyproject.toml", *LISTAS):
            shutil.copy(RAIZ / nombre, carpeta)
        try:
            versiones.resolver(carpeta, "--upgrade")
        except CopiaRota as error:
            sys.exit(str(error))
        escribir_juntos(
            {RAIZ / lista: (carpeta / lista).read_bytes() for lista in LISTAS}
        )


if __name__ == "__main__":
    main()
