"""Lo que comparten las pruebas de varias páginas: un programa que se juzga solo y un servidor."""

from collections.abc import Callable, Iterator

import pytest
from consultas import CON_PRISA, servir_prefect
from prefect.client.orchestration import SyncPrefectClient

from verificador import plugin
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


@pytest.fixture
def con_prisa(
    pytestconfig: pytest.Config,
) -> Iterator[tuple[Terminal, SyncPrefectClient]]:
    """Una terminal cuyo servidor enseguida da por tarde lo que nadie recoge."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    servir_prefect(terminal, CON_PRISA)
    with SyncPrefectClient(terminal.api) as cliente:
        yield terminal, cliente
    terminal.cerrar()
