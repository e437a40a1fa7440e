"""El español que lee el estudiante: en la guía, en el calificador y en los programas."""

import ast
import io
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from motor.rutas import RAIZ, SNIPPETS
from verificador.kit import LEEME
from verificador.prosa import lengua

CATALOGO = RAIZ / "calificador" / "catalogo.toml"
SIN_CODIGO = (RAIZ / "data" / "README.md", LEEME)


def textos(programa: Path) -> Iterator[str]:
    """Lo que un programa dice y lo que se lee en él: cadenas, docstrings y comentarios."""
    codigo = programa.read_text("utf-8")
    yield from cadenas(ast.parse(codigo))
    for pieza in tokenize.generate_tokens(io.StringIO(codigo).readline):
        if pieza.type == tokenize.COMMENT:
            yield pieza.string


def mensajes(programa: Path) -> Iterator[str]:
    """Lo que un programa dice: sus cadenas de más de una palabra, sin los docstrings."""
    arbol = ast.parse(programa.read_text("utf-8"))
    for nodo in ast.walk(arbol):
        cuerpo = getattr(nodo, "body", None)
        if isinstance(cuerpo, list) and es_docstring(cuerpo[:1]):
            nodo.body = cuerpo[1:]
    return (texto for texto in cadenas(arbol) if " " in texto)


def cadenas(arbol: ast.AST) -> Iterator[str]:
    for nodo in ast.walk(arbol):
        if isinstance(nodo, ast.Constant) and isinstance(nodo.value, str):
            yield nodo.value


def es_docstring(cuerpo: list[ast.stmt]) -> bool:
    return any(
        isinstance(linea, ast.Expr) and isinstance(linea.value, ast.Constant)
        for linea in cuerpo
    )


def faltas(textos: Iterator[str]) -> set[tuple[str, str]]:
    return {f for texto in textos for f in lengua.faltas(texto, con_signos=False)}


@pytest.mark.parametrize(
    "programa",
    sorted(SNIPPETS.rglob("*.py")),
    ids=lambda ruta: str(ruta.relative_to(SNIPPETS)),
)
def test_los_programas_hablan_como_la_guia(programa: Path) -> None:
    assert not faltas(textos(programa))


def test_el_calificador_habla_como_la_guia() -> None:
    programas = sorted((RAIZ / "calificador").rglob("*.py"))
    dichos = {programa.name: [*mensajes(programa)] for programa in programas}
    assert sum(map(len, dichos.values())) > 300
    mal = {nombre: faltas(iter(suyos)) for nombre, suyos in dichos.items()}
    assert not {nombre: hay for nombre, hay in mal.items() if hay}


def test_las_pistas_hablan_como_la_guia() -> None:
    catalogo = tomllib.loads(CATALOGO.read_text("utf-8"))
    dichos = [
        str(v) for e in catalogo["ejercicio"] for v in (*e["pistas"], *e.values())
    ]
    assert len(dichos) > 50
    assert not faltas(iter(dichos))


@pytest.mark.parametrize("leeme", SIN_CODIGO, ids=lambda ruta: ruta.name)
def test_los_leeme_hablan_como_la_guia(leeme: Path) -> None:
    assert not faltas(iter([leeme.read_text("utf-8")]))


@pytest.mark.parametrize(
    ("texto", "falta"),
    [
        ("Abre el fichero", "fichero"),
        ("Por defecto son 20", ""),  # solo en medio de una frase
        ("el valor por defecto", "por defecto"),
        ("vuestra carpeta", "vuestra"),
        ("lo que conocéis", "conocéis"),
        ("a las seis", ""),
        ("quedan 1 archivos", "1 archivos"),
        ("quedan 21 archivos", ""),
        ("dice «hola»", ""),
        ('dice "hola"', '"hola"'),
        ("espera...", "..."),
        ("son 3,036 filas", "3,036"),
        ("son 3036 filas y 1.5 s", ""),
        ("la versión 3.14.123", ""),
        ("una tarea", "tarea"),
        ("el correo", ""),
        ("hay que parsear", "parsear"),
        ("ya está logueado", "logueado"),
        ("se testea", "testea"),
        ("se setea", "setea"),
    ],
)
def test_cada_regla_se_nota(texto: str, falta: str) -> None:
    assert [hallada for hallada, _ in lengua.faltas(texto)] == [falta] * bool(falta)


def test_cada_excepcion_hace_falta() -> None:
    motivos = tomllib.loads(lengua.EXCEPCIONES.read_text("utf-8"))
    assert all(len(motivo) > 15 for motivo in motivos)
    for permitido in lengua.permitidos():
        limpio = [patron.search(permitido) for patron, _ in lengua.COMPILADAS]
        assert any(limpio), f"«{permitido}» no incumple nada"
