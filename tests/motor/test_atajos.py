"""Los atajos del intérprete caliente dan lo mismo que Prefect."""

from itertools import product

import pytest
from prefect.settings import Settings
from prefect.settings.base import PrefectBaseSettings

from motor.caliente.atajos import ajustes_como_variables

ORIGINAL = PrefectBaseSettings.to_environment_variables


@pytest.mark.parametrize("opciones", list(product((False, True), repeat=3)))
def test_los_ajustes_son_las_mismas_variables(
    monkeypatch: pytest.MonkeyPatch, opciones: tuple[bool, bool, bool]
) -> None:
    for nombre, valor in (
        ("PREFECT_API_KEY", "secreta"),  # un secreto
        ("PREFECT_SERVER_DATABASE_PASSWORD", "otra"),  # y otro, más adentro
        ("PREFECT_LOGGING_EXTRA_LOGGERS", "uno,dos"),  # una lista
        ("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Uno": "1"}'),  # un diccionario
        ("PREFECT_API_DATABASE_TIMEOUT", "7"),  # con un nombre antiguo
    ):
        monkeypatch.setenv(nombre, valor)
    ajustes = Settings()

    esperadas = ORIGINAL(ajustes, *opciones)
    obtenidas = ajustes_como_variables(ajustes, *opciones)

    assert list(obtenidas.items()) == list(esperadas.items())
    assert len(esperadas) > 4
