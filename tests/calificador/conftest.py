"""El calificador se prueba como lo lanza un estudiante: sin nadie de quien nacer caliente."""

import pytest

from motor.caliente import MADRE


@pytest.fixture(autouse=True)
def sin_madre(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lo que lance cada prueba importa Prefect por su cuenta."""
    monkeypatch.delenv(MADRE, raising=False)
