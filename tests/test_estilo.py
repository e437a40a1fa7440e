"""Los programas que se enseñan, y los que los comprueban, pasan por ruff."""

import subprocess
import sys

import pytest

from motor.rutas import RAIZ

DIRECTORIOS = [
    "motor",
    "calificador",
    "verificador",
    "snippets",
    "tests",
    "conftest.py",
]


@pytest.mark.parametrize("orden", [["format", "--check"], ["check"]], ids=str)
def test_ruff_no_tiene_nada_que_decir(orden: list[str]) -> None:
    ruff = [sys.executable, "-m", "ruff", *orden, *DIRECTORIOS]
    resultado = subprocess.run(ruff, cwd=RAIZ, capture_output=True, text=True)
    assert resultado.returncode == 0, resultado.stdout + resultado.stderr
