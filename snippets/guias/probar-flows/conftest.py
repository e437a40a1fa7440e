"""Preparación que comparten todas las pruebas de la carpeta."""

from collections.abc import Iterator

import pytest
from prefect.settings import PREFECT_RESULTS_LOCAL_STORAGE_PATH, temporary_settings
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(scope="session")
def prefect_de_pruebas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Un servidor y una carpeta de resultados solo para las pruebas."""
    resultados = {PREFECT_RESULTS_LOCAL_STORAGE_PATH: tmp_path_factory.mktemp("res")}
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings(resultados),
    ):
        yield
