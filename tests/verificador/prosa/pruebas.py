"""Las pruebas que una página puede citar: las funciones de tests/ que se ejecutan."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verificador.rutas import RAIZ

TESTS = RAIZ / "tests"
NO_SE_EJECUTA = {"skip", "skipif", "xfail"}


@dataclass(frozen=True)
class Prueba:
    """Una función de prueba.

    Attributes:
        nombre: el suyo.
        archivo: dónde está.
        codigo: su texto, con sus decoradores.
        repetida: si otra prueba se llama igual.
        saltada: si alguna vez no se ejecuta.
    """

    nombre: str
    archivo: Path
    codigo: str
    repetida: bool = False
    saltada: bool = False


@cache
def todas() -> dict[str, Prueba]:
    """Las pruebas de tests/, por su nombre."""
    halladas: dict[str, Prueba] = {}
    for archivo in sorted(TESTS.rglob("test_*.py")):
        if "respuestas" in archivo.parts:
            continue
        for prueba in de_un_archivo(archivo):
            repetida = prueba.nombre in halladas
            halladas[prueba.nombre] = Prueba(
                prueba.nombre, archivo, prueba.codigo, repetida, prueba.saltada
            )
    return halladas


def de_un_archivo(archivo: Path) -> list[Prueba]:
    """Las pruebas de un archivo, sin importarlo."""
    texto = archivo.read_text("utf-8")
    lineas = texto.splitlines()
    pruebas = []
    for nodo in ast.walk(ast.parse(texto)):
        if (
            isinstance(nodo, ast.FunctionDef | ast.AsyncFunctionDef)
            and nodo.name[:5] == "test_"
        ):
            desde = min([nodo.lineno, *(d.lineno for d in nodo.decorator_list)])
            codigo = "\n".join(lineas[desde - 1 : nodo.end_lineno])
            pruebas.append(Prueba(nodo.name, archivo, codigo, saltada=no_siempre(nodo)))
    return pruebas


def no_siempre(nodo: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Si un decorador puede hacer que la prueba no se ejecute."""
    decoradores = {ast.unparse(d).partition("(")[0] for d in nodo.decorator_list}
    return any(d.rpartition(".")[2] in NO_SE_EJECUTA for d in decoradores)


def codigo(nombre: str) -> str:
    """El texto de una prueba."""
    return todas()[nombre].codigo
