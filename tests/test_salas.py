"""Cada sala se apoya solo en las que tiene debajo, y en paquetes que se declaran."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from motor.rutas import RAIZ

SALAS = ["motor", "calificador", "verificador", "tests"]  # de abajo arriba


def importadas(programa: str) -> Iterator[str]:
    """Las salas que importa un programa, también dentro de sus funciones."""
    for nodo in ast.walk(ast.parse(programa)):
        if isinstance(nodo, ast.ImportFrom):
            nombres = [nodo.module or ""]
        elif isinstance(nodo, ast.Import):
            nombres = [alias.name for alias in nodo.names]
        else:
            continue
        yield from {nombre.partition(".")[0] for nombre in nombres} & set(SALAS)


def de_arriba(sala: str, programa: str) -> set[str]:
    """Las salas que importa un programa de otra y que están por encima de ella."""
    return set(importadas(programa)) & set(SALAS[SALAS.index(sala) + 1 :])


@pytest.mark.parametrize("sala", SALAS[:-1])
def test_ninguna_sala_importa_de_las_de_arriba(sala: str) -> None:
    programas = list((RAIZ / sala).rglob("*.py"))
    assert programas
    culpables = {p.name: de_arriba(sala, p.read_text("utf-8")) for p in programas}
    assert not {nombre: salas for nombre, salas in culpables.items() if salas}


def test_se_nota_una_importacion_hacia_arriba() -> None:
    assert de_arriba("motor", "def f():\n    from calificador import base") == {
        "calificador"
    }
    assert de_arriba("verificador", "import motor.rutas") == set()


def test_las_salas_son_las_carpetas_con_programas() -> None:
    hay = {ruta.parent.name for ruta in RAIZ.glob("*/__init__.py")}
    assert hay == {*SALAS} - {"tests"}


def test_lo_del_estudiante_no_necesita_las_pruebas() -> None:
    from verificador import casa

    suyas = set(SALAS) & set(map(str, casa.LO_QUE_USA_EL_LECTOR))
    assert suyas == {"motor", "calificador"}


def ajenos(programa: str) -> set[str]:
    """Los paquetes de otros que importa un programa al ejecutarse."""
    arbol = ast.parse(programa)
    for nodo in ast.walk(arbol):
        if isinstance(nodo, ast.If) and ast.unparse(nodo.test) == "TYPE_CHECKING":
            nodo.body = []
    nombres: set[str] = set()
    for nodo in ast.walk(arbol):
        if isinstance(nodo, ast.ImportFrom) and not nodo.level:
            nombres.add(str(nodo.module))
        elif isinstance(nodo, ast.Import):
            nombres.update(alias.name for alias in nodo.names)
    return {nombre.partition(".")[0] for nombre in nombres} - sys.stdlib_module_names


def test_lo_que_se_importa_se_declara() -> None:
    proyecto = tomllib.loads((RAIZ / "pyproject.toml").read_text("utf-8"))
    listas = (
        proyecto["project"]["dependencies"],
        *proyecto["dependency-groups"].values(),
    )
    declaradas = {canonicalize_name(Requirement(r).name) for li in listas for r in li}
    paquetes = packages_distributions()
    importadas_de = {
        canonicalize_name(distribucion): ruta.relative_to(RAIZ).as_posix()
        for carpeta in (*SALAS, "snippets")
        for ruta in (RAIZ / carpeta).rglob("*.py")
        if "respuestas" not in ruta.parts
        for modulo in ajenos(ruta.read_text("utf-8"))
        for distribucion in paquetes.get(modulo, ())
    }
    assert len(importadas_de) > 20
    assert not {d: f for d, f in importadas_de.items() if d not in declaradas}
