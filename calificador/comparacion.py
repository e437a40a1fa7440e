"""En qué se diferencian dos programas, por lo que dicen y no por cómo están escritos.

Los dos se escriben otra vez desde su árbol de sintaxis, sin comentarios ni docstrings y con
el mismo orden donde el orden no cambia nada: el de los `import` y el de los argumentos con
nombre. Lo que quede distinto es distinto.
"""

import ast
import difflib
from collections.abc import Iterator
from itertools import groupby

CONTEXTO = 2  # líneas iguales alrededor de cada diferencia


def diferencias(suyo: ast.Module, modelo: ast.Module) -> list[str]:
    """Las líneas que cambian, con `-` las suyas y `+` las del modelo; ninguna, si dicen lo mismo.

    Args:
        suyo: el árbol del programa del estudiante.
        modelo: el de la solución.
    """
    lineas = difflib.unified_diff(
        normal(suyo).splitlines(), normal(modelo).splitlines(), lineterm="", n=CONTEXTO
    )
    _, _, *cambios = list(lineas) or ["", ""]  # los nombres de los dos archivos
    return ["…" if linea.startswith("@@") else linea for linea in cambios]


def normal(arbol: ast.Module) -> str:
    """Un programa escrito siempre igual: dos que dicen lo mismo dan el mismo texto."""
    return ast.unparse(Normalizador().visit(ast.parse(ast.unparse(arbol))))


class Normalizador(ast.NodeTransformer):
    """Quita de un árbol lo que no cambia lo que hace."""

    def visit_Module(self, nodo: ast.Module) -> ast.Module:
        self.generic_visit(nodo)
        nodo.body = sin_docstring(nodo.body)
        nodo.body = [
            instruccion
            for es_import, grupo in groupby(sueltos(nodo.body), de_import)
            for instruccion in (sorted(grupo, key=ast.unparse) if es_import else grupo)
        ]
        return nodo

    def visit_FunctionDef(self, nodo: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(nodo)
        nodo.body = sin_docstring(nodo.body) or [ast.Pass()]
        return nodo

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Call(self, nodo: ast.Call) -> ast.Call:
        """Los argumentos con nombre, en orden; con `**` no se sabe qué pisa a qué."""
        self.generic_visit(nodo)
        if all(argumento.arg for argumento in nodo.keywords):
            nodo.keywords.sort(key=lambda argumento: argumento.arg)
        return nodo


def sin_docstring(cuerpo: list[ast.stmt]) -> list[ast.stmt]:
    match cuerpo:
        case [ast.Expr(value=ast.Constant(value=str())), *resto]:
            return resto
    return cuerpo


def de_import(nodo: ast.stmt) -> bool:
    return isinstance(nodo, ast.Import | ast.ImportFrom)


def sueltos(cuerpo: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Las mismas instrucciones, con un import por cada nombre que se importa."""
    for nodo in cuerpo:
        match nodo:
            case ast.Import(nombres):
                yield from (ast.Import([nombre]) for nombre in nombres)
            case ast.ImportFrom(modulo, nombres, nivel):
                yield from (ast.ImportFrom(modulo, [n], nivel) for n in nombres)
            case _:
                yield nodo
