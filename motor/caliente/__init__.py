"""Programas que arrancan en milésimas: copias de un intérprete que ya importó Prefect.

Importar Prefect y pandas cuesta segundos en cada `python programa.py`. Aquí se pagan una
vez. Necesita `fork`, que Windows no tiene.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

AQUI = Path(__file__).parent
# Si este proceso ya nació caliente, su `sys.executable` no es el Python de verdad.
PYTHON = getattr(sys.modules.get("precarga"), "PYTHON", sys.executable)
PROGRAMAS = ("python", "prefect", "pytest")
# La variable con el `python` caliente del que pueden nacer otros intérpretes, si lo hay.
MADRE = "GUIA_MADRE"
# Como hace pip: el núcleo corta la línea «#!» en el primer espacio, y a los 127 o 255
# caracteres. Para sh, la segunda línea es «exec …»; para Python, una cadena que nadie usa.
CABECERA = """#!/bin/sh
'''exec' {} -IS "$0" "$@"
' '''
"""


class ErrorDeArranque(Exception):
    """El intérprete caliente no ha llegado a estar listo."""


def python_de_partida() -> str:
    """El Python con el que empieza un intérprete caliente.

    Si quien lo arranca dice en `MADRE` cuál, y es de este mismo entorno, otro que ya importó
    todo: nace en milésimas. Si no, el de siempre.
    """
    madre = os.environ.get(MADRE, "")
    try:
        cabecera = Path(madre).read_text("utf-8")
    except OSError:
        return sys.executable
    propia = cabecera.startswith(CABECERA.format(shlex.quote(PYTHON)))
    return madre if propia else sys.executable


class Interprete:
    """El intérprete caliente y los programas que nacen de él."""

    def __init__(self, carpeta: Path, entorno: dict[str, str]) -> None:
        """Lo arranca; tarda unos segundos en estar listo.

        Args:
            carpeta: dónde deja sus programas y su enchufe.
            entorno: las variables con las que importa; cada programa llevará las suyas.

        Raises:
            ErrorDeArranque: si en esa carpeta no se puede ejecutar nada.
        """
        self.programas = carpeta / "bin"
        self._dejar_programas()
        self._proceso = subprocess.Popen(
            [python_de_partida(), AQUI / "interprete.py", carpeta],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # No un archivo: sus programas heredarían un flujo en el que se puede retroceder.
            stderr=subprocess.PIPE,
            env=entorno,
            start_new_session=True,
        )

    def _dejar_programas(self) -> None:
        self.programas.mkdir(exist_ok=True)
        cliente = (AQUI / "cliente.py").read_text("utf-8")
        cabecera = CABECERA.format(shlex.quote(PYTHON))
        for nombre in PROGRAMAS:
            programa = self.programas / nombre
            programa.write_text(cabecera + cliente, "utf-8")
            programa.chmod(0o755)
            if not os.access(programa, os.X_OK):  # hay carpetas montadas con «noexec»
                raise ErrorDeArranque(f"«{programa}» no se puede ejecutar")

    def esperar(self) -> None:
        """Espera a que esté listo.

        Raises:
            ErrorDeArranque: si termina antes; con lo último que dijo.
        """
        if self._proceso.stdout.readline() != b"listo\n":
            dicho = self._proceso.stderr.read().decode("utf-8", "replace")
            self.cerrar()
            raise ErrorDeArranque(dicho)

    def cerrar(self) -> None:
        """Lo detiene, y con él los programas que queden en marcha; se puede repetir."""
        self._proceso.stdin.close()
        self._proceso.wait(20)
        self._proceso.stdout.close()
        self._proceso.stderr.close()
