"""Lo que MkDocs avisa al construir en modo estricto se dice con página, línea y remedio."""

import subprocess
import sys
from pathlib import Path

import pytest

from motor.rutas import RAIZ
from verificador import plugin, sitio

MKDOCS_YML = """INHERIT: {padre}
docs_dir: docs
watch: []
theme: {{name: material, custom_dir: {raiz}/overrides}}
extra_css: []
extra_javascript: []
nav: [index.md, buena.md, buenna.md, /absoluta.md]
"""
INDICE = """# Inicio

[Uno](bueno.md) y [dos](buena.md#no-esta) y [tres](#tampoco).

[Cuatro](/buena.md) y [cinco](buena).

![Fuera](https://ejemplo.invalid/foto.png)
"""


@pytest.fixture
def proyecto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Una web pequeña con todos los avisos, que hereda la configuración de la guía."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(INDICE)
    (docs / "buena.md").write_text("# Buena\n")
    (docs / "suelta.md").write_text("# Suelta\n")
    escrita = MKDOCS_YML.format(padre=RAIZ / "mkdocs.yml", raiz=RAIZ)
    (tmp_path / "mkdocs.yml").write_text(escrita)
    for nombre, valor in {
        "DOCS": docs,
        "NAVEGACION": tmp_path / "mkdocs.yml",
        "paginas": lambda: sorted(docs.glob("*.md")),
    }.items():
        monkeypatch.setattr(sitio, nombre, valor)
    return tmp_path


def construir(proyecto: Path) -> str:
    """Los avisos de una web que no se construye."""
    with pytest.raises(sitio.SitioRoto) as roto:
        sitio.construir(proyecto / "sitio", proyecto / "mkdocs.yml")
    return str(roto.value)


def test_cada_aviso_dice_donde_y_que_hacer(proyecto: Path) -> None:
    dicho = construir(proyecto)
    for donde, que, remedio in (
        ("docs/suelta.md", "no está en la navegación", "añade «suelta.md» a «nav»"),
        ("mkdocs.yml:7", "nombra «buenna.md»", "¿querías escribir «buena.md»?"),
        ("mkdocs.yml:7", "enlaza «/absoluta.md»", "sin la barra"),
        ("docs/index.md:3", "«bueno.md» no lleva", "corrige la ruta"),
        ("docs/index.md:3", "«buena.md#no-esta» va a un ancla", "{ #ancla }"),
        ("docs/index.md:3", "«#tampoco» va a un ancla", "{ #ancla }"),
        ("docs/index.md:5", "«/buena.md» empieza por «/»", "¿querías «buena.md»?"),
        ("docs/index.md:5", "«buena» no lleva", "¿querías «buena.md»?"),
        ("docs/index.md:7", "a otro servidor", "docs/assets/"),
    ):
        avisos = [a for a in dicho.split("\n\n") if que in a]
        assert avisos, f"falta {que!r} en:\n{dicho}"
        assert f"{donde}: " in avisos[0] and remedio in avisos[0], avisos[0]
    assert "MkDocs avisa" not in dicho


@pytest.mark.parametrize(
    ("inclusion", "problema"),
    [
        ("inicio/no_esta.txt", "«make salidas» lo hace"),
        ("inicio/index/holas.py", "¿querías incluir «inicio/index/hola.py»?"),
        ("inicio/index/hola.py:nada", "incluye la sección «nada», que no está"),
    ],
)
def test_una_inclusion_que_falta(proyecto: Path, inclusion: str, problema: str) -> None:
    (proyecto / "docs" / "index.md").write_text(f'# Inicio\n\n--8<-- "{inclusion}"\n')
    dicho = construir(proyecto)
    assert problema in dicho and "docs/index.md:3: " in dicho


def test_sin_cache_de_pytest_se_usa_una_carpeta_temporal() -> None:
    orden = ["-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q"]
    resultado = subprocess.run(
        [sys.executable, *orden, "docs/index.md"],
        cwd=RAIZ,
        capture_output=True,
        text=True,
    )
    assert resultado.returncode == 0, resultado.stdout + resultado.stderr
    assert "libro mayor" in resultado.stdout


def test_lo_que_no_se_publica_de_docs_no_se_recoge(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "DOCS", tmp_path)
    monkeypatch.setattr(plugin, "publicadas", lambda _: {tmp_path / "buena.md"})
    for nombre, recogidas in (("buena.md", 1), ("._buena.md", 0)):
        archivo = tmp_path / nombre
        archivo.write_bytes(b"# Una\n" if recogidas else b"\0\5\26\7\377")
        nodos = request.config.hook.pytest_collect_file(
            file_path=archivo, parent=request.session
        )
        assert len(nodos) == recogidas
