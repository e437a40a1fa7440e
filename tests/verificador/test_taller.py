"""El taller: lo que comparten las páginas de una sesión empieza una sola vez, y a tiempo."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from motor import caliente
from motor.caliente import ErrorDeArranque
from verificador.taller import Taller

LISTO = """
import sys
open(f"{sys.argv[1]}/arranques", "a").write("uno más\\n")
print("listo", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def taller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Taller]:
    """Uno cuyo intérprete no importa nada: aquí solo importa cuándo empieza."""
    (tmp_path / "cliente.py").write_text("")
    (tmp_path / "interprete.py").write_text(LISTO)
    monkeypatch.setattr(caliente, "AQUI", tmp_path)
    nuevo = Taller(tmp_path)
    yield nuevo
    nuevo.cerrar()


def test_el_interprete_que_se_adelanta_es_el_que_se_usa(taller: Taller) -> None:
    taller.adelantar()
    taller.adelantar()
    assert (taller.programas / "python").exists()
    assert (taller.carpeta / "arranques").read_text() == "uno más\n"


def test_si_el_interprete_no_arranca_se_dice_y_se_puede_repetir(
    taller: Taller, tmp_path: Path
) -> None:
    (tmp_path / "interprete.py").write_text("1 / 0")
    with pytest.raises(ErrorDeArranque, match="ZeroDivisionError"):
        _ = taller.programas
    (tmp_path / "interprete.py").write_text(LISTO)
    assert (taller.programas / "python").exists()
