"""Lo que se lee en un programa: lo que dice al ejecutarse y lo que cuentan sus comentarios."""

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HUECO = "_"  # lo que una f-string rellena


class Texto(NamedTuple):
    """Un texto de un programa y las líneas que ocupa."""

    escrito: str
    desde: int
    hasta: int


def mensajes(programa: Path) -> Iterator[Texto]:
    """Sus cadenas de más de una palabra, que son las que se escriben para que se lean."""
    return (texto for texto in cadenas(programa) if " " in texto.escrito.strip())


def cadenas(programa: Path) -> Iterator[Texto]:
    """Sus cadenas, menos los docstrings; en las f-strings, un hueco por cada valor."""
    arbol = leer(programa)
    fuera = {id(nodo) for nodo in nodos_de_docstring(arbol)}
    for nodo in ast.walk(arbol):
        if isinstance(nodo, ast.JoinedStr):
            fuera.update(id(parte) for parte in nodo.values)
            partes = [p.value if es_cadena(p) else HUECO for p in nodo.values]
            yield Texto("".join(partes), nodo.lineno, nodo.end_lineno)
        elif es_cadena(nodo) and id(nodo) not in fuera:
            yield Texto(nodo.value, nodo.lineno, nodo.end_lineno)


def docstrings(programa: Path) -> Iterator[Texto]:
    """Sus docstrings, sin la sangría del código."""
    for nodo in nodos_de_docstring(leer(programa)):
        yield Texto(inspect.cleandoc(nodo.value), nodo.lineno, nodo.end_lineno)


def comentarios(programa: Path) -> Iterator[Texto]:
    """Sus comentarios, línea por línea."""
    codigo = io.StringIO(programa.read_text("utf-8"))
    for pieza in tokenize.generate_tokens(codigo.readline):
        if pieza.type == tokenize.COMMENT:
            yield Texto(pieza.string, pieza.start[0], pieza.end[0])


def leer(programa: Path) -> ast.Module:
    return ast.parse(programa.read_text("utf-8"))


def nodos_de_docstring(arbol: ast.AST) -> Iterator[ast.Constant]:
    for nodo in ast.walk(arbol):
        cuerpo = getattr(nodo, "body", None)
        primero = cuerpo[0] if isinstance(cuerpo, list) and cuerpo else None
        if isinstance(primero, ast.Expr) and es_cadena(primero.value):
            yield primero.value


def es_cadena(nodo: ast.AST) -> bool:
    return isinstance(nodo, ast.Constant) and isinstance(nodo.value, str)
