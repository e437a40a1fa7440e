"""Programas que arrancan en milésimas: copias de un intérprete que ya importó Prefect.

Importar Prefect y pandas cuesta segundos en cada `python programa.py`. Aquí se pagan una
vez. Necesita `fork`, que Windows no tiene.
"""

import subprocess
import sys
from pathlib import Path

AQUI = Path(__file__).parent
PROGRAMAS = ("python", "prefect", "pytest")
# Como hace pip: el núcleo corta la línea «#!» en el primer espacio, y a los 127 o 255
# caracteres. Para sh, la segunda línea es «exec …»; para Python, una cadena que nadie usa.
CABECERA = """#!/bin/sh
'''exec' "{}" -IS "$0" "$@"
' '''
"""


class ErrorDeArranque(Exception):
    """El intérprete caliente no ha llegado a estar listo."""


class Interprete:
    """El intérprete caliente y los programas que nacen de él."""

    def __init__(self, carpeta: Path, entorno: dict[str, str]) -> None:
        """Lo arranca; tarda unos segundos en estar listo.

        Args:
            carpeta: dónde deja sus programas y su enchufe. Su ruta debe ser corta: la de
                un enchufe no puede pasar de unos 100 caracteres.
            entorno: las variables con las que importa; cada programa llevará las suyas.
        """
        self.programas = carpeta / "bin"
        self.programas.mkdir()
        cliente = (AQUI / "cliente.py").read_text("utf-8")
        for nombre in PROGRAMAS:
            programa = self.programas / nombre
            programa.write_text(CABECERA.format(sys.executable) + cliente, "utf-8")
            programa.chmod(0o755)
        self._proceso = subprocess.Popen(
            [sys.executable, AQUI / "interprete.py", carpeta],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=entorno,
            start_new_session=True,
        )

    def esperar(self) -> None:
        """Espera a que esté listo.

        Raises:
            ErrorDeArranque: si termina antes.
        """
        if self._proceso.stdout.readline() != b"listo\n":
            raise ErrorDeArranque(
                "el intérprete caliente no ha arrancado; mira su error"
            )

    def cerrar(self) -> None:
        """Lo detiene, y con él los programas que queden en marcha."""
        self._proceso.stdin.close()
        self._proceso.wait(20)
