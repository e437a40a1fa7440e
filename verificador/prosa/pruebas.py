"""Las pruebas que una página puede citar: las funciones de tests/ que se ejecutan."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motor.rutas import RAIZ

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
    arbol, pruebas = ast.parse(texto), []
    saltan = NO_SE_EJECUTA | alias_de_saltar(arbol)
    for nodo in ast.walk(arbol):
        if (
            isinstance(nodo, ast.FunctionDef | ast.AsyncFunctionDef)
            and nodo.name[:5] == "test_"
        ):
            desde = min([nodo.lineno, *(d.lineno for d in nodo.decorator_list)])
            codigo = "\n".join(lineas[desde - 1 : nodo.end_lineno])
            pruebas.append(
                Prueba(nodo.name, archivo, codigo, saltada=no_siempre(nodo, saltan))
            )
    return pruebas


def alias_de_saltar(arbol: ast.Module) -> set[str]:
    """Los nombres que un archivo da a un `pytest.mark.skipif(…)`, como `con_red`."""
    return {
        destino.id
        for nodo in arbol.body
        if isinstance(nodo, ast.Assign) and salta(nodo.value, NO_SE_EJECUTA)
        for destino in nodo.targets
        if isinstance(destino, ast.Name)
    }


def no_siempre(nodo: ast.FunctionDef | ast.AsyncFunctionDef, saltan: set[str]) -> bool:
    """Si un decorador puede hacer que la prueba no se ejecute."""
    return any(salta(decorador, saltan) for decorador in nodo.decorator_list)


def salta(expresion: ast.expr, saltan: set[str]) -> bool:
    """Si una expresión es una marca de las que saltan pruebas."""
    return ast.unparse(expresion).partition("(")[0].rpartition(".")[2] in saltan


def codigo(nombre: str) -> str:
    """El texto de una prueba."""
    return todas()[nombre].codigo
