"""El español que lee el estudiante: en la guía, en el calificador y en los programas."""

import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest

from motor.rutas import RAIZ, SNIPPETS
from verificador.kit import LEEME
from verificador.prosa import lengua, programas
from verificador.prosa.programas import Texto

CATALOGO = RAIZ / "calificador" / "catalogo.toml"
SIN_CODIGO = (RAIZ / "data" / "README.md", LEEME)


def faltas(textos: Iterable[str]) -> set[tuple[str, str]]:
    return {f for texto in textos for f in lengua.faltas(texto, con_signos=False)}


def dichos(textos: Iterable[Texto]) -> list[str]:
    return [texto.escrito for texto in textos]


@pytest.mark.parametrize(
    "programa",
    sorted(SNIPPETS.rglob("*.py")),
    ids=lambda ruta: str(ruta.relative_to(SNIPPETS)),
)
def test_los_programas_hablan_como_la_guia(programa: Path) -> None:
    leidos = (programas.cadenas, programas.docstrings, programas.comentarios)
    assert not faltas(dichos(chain.from_iterable(leer(programa) for leer in leidos)))


def test_el_calificador_habla_como_la_guia() -> None:
    archivos = sorted((RAIZ / "calificador").rglob("*.py"))
    mensajes = {archivo: dichos(programas.mensajes(archivo)) for archivo in archivos}
    assert sum(map(len, mensajes.values())) > 300
    mal = {archivo.name: faltas(suyos) for archivo, suyos in mensajes.items()}
    assert not {nombre: hay for nombre, hay in mal.items() if hay}


def test_las_pistas_hablan_como_la_guia() -> None:
    catalogo = tomllib.loads(CATALOGO.read_text("utf-8"))
    pistas = [
        str(v) for e in catalogo["ejercicio"] for v in (*e["pistas"], *e.values())
    ]
    assert len(pistas) > 50
    assert not faltas(pistas)


@pytest.mark.parametrize("leeme", SIN_CODIGO, ids=lambda ruta: ruta.name)
def test_los_leeme_hablan_como_la_guia(leeme: Path) -> None:
    assert not faltas([leeme.read_text("utf-8")])


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
        ("en esta pagina", "pagina"),
        ("en esta página", ""),
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
