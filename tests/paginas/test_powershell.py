"""Lo que la guía dice de PowerShell no se ejecuta aquí; al menos, PowerShell lo entendería."""

import re
from pathlib import Path

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


# Lo que en PowerShell no existe o se escribe de otro modo. `cd`, `cp`, `mv`, `rm` y `cat`, sin
# opciones, valen: son alias (docs/referencia/fuentes.md#alias-de-powershell).
DE_UNIX = re.compile(
    r"^[ \t]*(?:touch|export|unset|source|head|tail|grep|sed|which|chmod|ln|sudo)\b"
    r"|^[ \t]*(?:mkdir|rm|cp|mv|ls|cat) -\w"
    r"|^[ \t]*echo\b.* > "
    r"|^[ \t]*[A-Z_]+=\S+ \w|\| *(?:grep|head|tail)\b|&&|\\$|<<",
    re.MULTILINE,
)
DE_BASH = re.compile(r"^ *```bash\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
CODIGO = re.compile(r"`([^`\n]+)`")
SECCION = re.compile(r"^(?=#{2,3} )", re.MULTILINE)


def solo_de_unix(pagina: str) -> list[str]:
    """Las órdenes de una página que PowerShell no entiende y nadie traduce en su sección."""
    return [
        orden.strip()
        for seccion in SECCION.split(pagina)
        if "PowerShell" not in seccion
        for orden in (*DE_BASH.findall(seccion), *CODIGO.findall(seccion))
        if DE_UNIX.search(orden) and " " in orden.strip()
    ]


@pytest.mark.parametrize(
    "pagina", sorted(DOCS.rglob("*.md")), ids=lambda ruta: ruta.stem
)
def test_cada_orden_que_solo_es_de_unix_tiene_la_de_powershell(pagina: Path) -> None:
    assert not solo_de_unix(pagina.read_text("utf-8"))


@pytest.mark.parametrize(
    ("pagina", "cuantas"),
    [
        ("```bash\ntouch a.py\n```\n", 1),
        ("```bash\nmkdir -p a/b\ncd a\n```\n", 1),
        ("```bash\nCLAVE=1 python a.py\n```\n", 1),
        ("```bash\npython a.py 2>&1 | grep ERROR\n```\n", 1),
        ("Escribe `export CLAVE=1`.\n", 1),
        ("```bash\ntouch a.py\n```\n\nEn PowerShell, `New-Item a.py`.\n", 0),
        ("En PowerShell, no.\n\n## Otra\n\n```bash\ntouch a.py\n```\n", 1),
        ("```bash\nrm a.py\ncd ..\npython a.py\n```\n", 0),
    ],
)
def test_se_nota_la_orden_que_solo_es_de_unix(pagina: str, cuantas: int) -> None:
    assert len(solo_de_unix(pagina)) == cuantas


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
