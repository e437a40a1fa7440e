"""Lo que comparten las pruebas de varias páginas: ejecutar un programa que se juzga solo."""

from collections.abc import Callable

import pytest

from verificador.terminal import Terminal

PROGRAMA = """\
import asyncio
import time
from prefect import flow, task, unmapped
from prefect.futures import PrefectFuture
"""


@pytest.fixture
def funciona(terminal: Terminal) -> Callable[[str], None]:
    """Ejecuta un programa, que comprueba por sí mismo lo que afirma una frase."""

    def ejecutar(programa: str) -> None:
        (terminal.carpeta / "programa.py").write_text(PROGRAMA + programa, "utf-8")
        ejecucion = terminal.ejecutar("python programa.py")
        assert ejecucion.codigo == 0, ejecucion.salida

    return ejecutar
