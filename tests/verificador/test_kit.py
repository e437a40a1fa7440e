"""El kit que se descarga de la web: lo que lleva, y que con él basta."""

import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from shutil import copy

import pytest

from motor.rutas import DOCS, RAIZ, SNIPPETS
from verificador import casa, kit
from verificador.pagina import leer_pagina

PROHIBIDO = {".git", ".venv", "__pycache__", "docs", "tests", "verificador", "output"}


def abrir(contenido: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(contenido))


@pytest.fixture
def proyecto(tmp_path: Path) -> Path:
    """El kit descomprimido en una carpeta cualquiera, sin el repositorio al lado."""
    with abrir(kit.empaquetar()) as hecho:
        hecho.extractall(tmp_path / "guía prefect")
    return tmp_path / "guía prefect" / casa.NOMBRE


def calificador(proyecto: Path, *opciones: str) -> str:
    """Lo que dice el calificador del kit a quien no tiene nada más."""
    orden = [sys.executable, "calificador", *opciones]
    entorno = {"PATH": os.defpath, "HOME": str(proyecto.parent), "LANG": "C.UTF-8"}
    hecho = subprocess.run(
        orden, cwd=proyecto, env=entorno, capture_output=True, text=True
    )
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr
    return hecho.stdout


def test_el_kit_lleva_lo_que_dice_la_pagina(proyecto: Path) -> None:
    dentro = {ruta.name for ruta in proyecto.iterdir()}
    assert dentro == {
        *("data", "snippets", "calificador", "motor"),
        *("requirements.txt", "LICENSE", "LEEME.md"),
    }
    for programa in SNIPPETS.rglob("*.py"):
        propio = proyecto / programa.relative_to(RAIZ)
        assert propio.read_bytes() == programa.read_bytes()
    assert not PROHIBIDO & {p for r in proyecto.rglob("*") for p in r.parts[-3:]}


def test_el_kit_es_la_carpeta_en_la_que_se_ejecutan_las_paginas(
    proyecto: Path, tmp_path: Path
) -> None:
    casa.preparar_proyecto(tmp_path / "paginas", entero=False)
    usados = [r for r in (tmp_path / "paginas").rglob("*") if r.is_file()]
    assert len(usados) > 100
    for usado in usados:
        propio = proyecto / usado.relative_to(tmp_path / "paginas")
        assert propio.read_bytes() == usado.read_bytes()


def test_el_kit_es_el_mismo_mientras_nada_cambie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    destino = kit.escribir(tmp_path / "kit.zip")
    primero, escrito = destino.read_bytes(), destino.stat().st_mtime_ns
    assert kit.escribir(destino).stat().st_mtime_ns == escrito

    antes = kit.contenidos()
    monkeypatch.setattr(kit, "archivos", lambda: [RAIZ / "LICENSE"])
    assert kit.escribir(destino).read_bytes() != primero
    assert kit.contenidos()["LEEME.md"] != antes["LEEME.md"]
    assert [*tmp_path.iterdir()] == [destino]


def test_la_web_ofrece_el_kit_de_ahora(sitio: Path) -> None:
    publicado = sitio / "assets" / casa.KIT.name
    assert publicado.read_bytes() == kit.empaquetar()


def test_el_leeme_dice_su_version_y_las_ordenes_de_la_pagina(proyecto: Path) -> None:
    leeme = (proyecto / "LEEME.md").read_text("utf-8")
    pagina = casa.INSTALACION.read_text("utf-8")
    suelo, *_, techo = casa.pythons(RAIZ)
    dentro = kit.contenidos()
    dentro.pop("LEEME.md")
    assert f"Kit {kit.huella(dentro)}." in leeme
    assert f"de la {suelo} a la {techo}" in leeme
    assert "$" not in leeme
    ordenes = casa.ordenes_de_instalacion("bash")
    assert ordenes[:2] == ["python -m venv .venv", "source .venv/bin/activate"]
    assert ordenes[-1] == casa.orden_de_ajustes()
    for orden in (*ordenes, *casa.ordenes_de_instalacion("powershell")):
        assert orden in pagina and orden in leeme


def test_el_primer_programa_del_kit_es_el_de_la_portada(proyecto: Path) -> None:
    portada = leer_pagina(DOCS / "index.md")
    (hola,) = (b.valla.codigo for b in portada.bloques if b.valla.titulo == "hola.py")
    leeme = (proyecto / "LEEME.md").read_text("utf-8")
    (ruta,) = re.findall(r"^python (\S+/hola\.py)$", leeme, re.MULTILINE)
    assert (proyecto / ruta).read_text("utf-8").strip() == hola.strip()
    # Los dos parten de la misma carpeta, la del kit.
    assert portada.verificacion.carpeta == "."
    assert f"`{casa.NOMBRE}/`" in (DOCS / "index.md").read_text("utf-8")
    assert f"`{casa.NOMBRE}/`" in leeme


def test_sin_ordenes_en_la_pagina_no_hay_kit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vacia = tmp_path / "vacia.md"
    vacia.write_text("## Instala { #instalar }\n\nNada.\n\n## Otra\n", "utf-8")
    monkeypatch.setattr(casa, "INSTALACION", vacia)
    with pytest.raises(ValueError, match="sin órdenes en «entorno»"):
        kit.empaquetar()


def test_el_calificador_del_kit_no_necesita_nada_mas(proyecto: Path) -> None:
    assert "01-primer-flow.py" in calificador(proyecto, "--lista")
    calificador(proyecto, "--empezar")
    assert (proyecto / "05_pipelines/ejercicios/prefect/01-primer-flow.py").is_file()


def test_el_calificador_del_kit_dibuja_y_compara(proyecto: Path) -> None:
    calificador(proyecto, "--empezar")
    solucion = proyecto / "snippets/ejercicios/03-pipeline-etl/03-pipeline-etl.py"
    copy(solucion, proyecto / "05_pipelines/ejercicios/prefect")
    dicho = calificador(proyecto, "3", "--dibujo", "--solucion")
    assert "transformar ← extraer" in dicho
    assert "Tu programa y la solución dicen lo mismo" in dicho


def test_git_no_olvida_nada_de_lo_que_lleva_el_kit() -> None:
    """Quien clona el repositorio tiene lo mismo que quien descarga el kit."""
    rutas = "\0".join(str(ruta) for ruta in kit.archivos())
    git = subprocess.run(
        ["git", "check-ignore", "-z", "--stdin"],
        cwd=RAIZ,
        input=rutas,
        capture_output=True,
        text=True,
    )
    assert (git.returncode, git.stdout) == (1, ""), git.stderr
