"""Lo que la guía dice de PowerShell no se ejecuta aquí; al menos, PowerShell lo entendería."""

import re

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser

from motor.rutas import DOCS, README

GRAMATICA = Parser(Language(tree_sitter_powershell.language()))
BLOQUE = re.compile(r"^( *)```powershell\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# En la prosa: lo que solo se escribe así en PowerShell, y lleva algo detrás.
EN_LINEA = re.compile(
    r"`((?:\$env:|New-Item |Set-\w+ |py -|\.venv\\Scripts|[^`\n]*Select-String -)[^`\n]+)`"
)


def ordenes() -> list[str]:
    """Las que la guía escribe para PowerShell."""
    textos = [r.read_text("utf-8") for r in (*sorted(DOCS.rglob("*.md")), README)]
    bloques = [b for texto in textos for _, b in BLOQUE.findall(texto)]
    return [*bloques, *(o for texto in textos for o in EN_LINEA.findall(texto))]


def se_entiende(orden: str) -> bool:
    return not GRAMATICA.parse(orden.encode()).root_node.has_error


@pytest.mark.parametrize("orden", ordenes())
def test_powershell_entiende_lo_que_la_guia_escribe_para_el(orden: str) -> None:
    assert se_entiende(orden)


@pytest.mark.parametrize(
    "orden",
    ['$env:CLAVE = "sin cerrar', "if (1", "export A=1 && (", "a | | b"],
)
def test_se_nota_lo_que_powershell_no_entiende(orden: str) -> None:
    assert not se_entiende(orden)


def test_la_guia_escribe_bastante_para_powershell() -> None:
    assert len(ordenes()) > 10
