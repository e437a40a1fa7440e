"""Lo que comparten las pruebas: la terminal del lector, el servidor y la web construida."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calificador.servicio import Servicio
from verificador import plugin
from verificador.pagina import Pagina, leer_pagina
from verificador.terminal import Terminal

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

Leer = Callable[[str | bytes], Pagina]


@pytest.fixture
def leer(tmp_path: Path) -> Leer:
    """Lee una página escrita en la propia prueba."""

    def leer_lo_escrito(escrito: str | bytes) -> Pagina:
        ruta = tmp_path / "pagina.md"
        ruta.write_bytes(escrito if isinstance(escrito, bytes) else escrito.encode())
        return leer_pagina(ruta)

    return leer_lo_escrito


@pytest.fixture(scope="module")
def puerto(pytestconfig: pytest.Config) -> Iterator[int]:
    """El de un servidor de Prefect que comparten las pruebas de un módulo."""
    servidor = pytestconfig.stash[plugin.TALLER].servidor()
    yield servidor.puerto
    servidor.cerrar()


@pytest.fixture
def terminal(pytestconfig: pytest.Config, puerto: int) -> Iterator[Terminal]:
    """Una carpeta del lector recién hecha, con el servidor de Prefect encendido."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    yield nueva
    nueva.cerrar()


@pytest.fixture
def cliente(terminal: Terminal) -> Iterator["SyncPrefectClient"]:
    """Un cliente del mismo servidor, para preguntar qué ha pasado de verdad."""
    from prefect.client.orchestration import SyncPrefectClient

    with SyncPrefectClient(terminal.api) as nuevo:
        yield nuevo


@pytest.fixture(scope="session")
def sitio(pytestconfig: pytest.Config) -> Path:
    """La web construida en modo estricto."""
    return plugin.sitio(pytestconfig)


@pytest.fixture(scope="session")
def servicio(pytestconfig: pytest.Config) -> Iterator[Servicio]:
    """El servidor del calificador, uno por proceso de pruebas."""
    with Servicio(pytestconfig.stash[plugin.CACHE]) as nuevo:
        yield nuevo
