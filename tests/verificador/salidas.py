"""Compara lo que un programa imprime con lo que la página enseña.

Solo se enmascara lo que cambia por naturaleza de una ejecución a otra.
"""

import difflib
import re

from coolname.data import config as vocabulario


def palabras(lista: str) -> set[str]:
    """Las palabras de una lista de coolname, con las que Prefect bautiza los runs."""
    definicion = vocabulario[lista]
    if definicion["type"] == "nested":
        return set().union(*map(palabras, definicion["lists"]))
    return set(definicion["words"])


ADJETIVOS, ANIMALES = palabras("adj_any"), palabras("subj")


def es_bautizo(hallazgo: re.Match[str]) -> bool:
    adjetivo, animal = hallazgo[0].split("-", 1)
    return adjetivo in ADJETIVOS and animal in ANIMALES


UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MASCARAS: list[tuple[str, re.Pattern[str]]] = [
    ("‹id›", re.compile(UUID)),
    (
        "‹fecha y hora›",
        re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)?"),
    ),
    ("‹hora›", re.compile(r"\b\d\d:\d\d:\d\d\.\d{3}\b")),
    ("‹duración›", re.compile(r"\b\d+\.\d+ ?s\b(?!egundo)")),
    ("‹puerto›", re.compile(r"(?<=127\.0\.0\.1:)(?!4200\b)\d{4,5}\b")),
    ("‹task run›", re.compile(r"(?<=-)[0-9a-f]{3}(?=')")),
    (r"\1‹versión›", re.compile(r"^((?:Python|  SQLite) version: +|OS/Arch: +)\S+")),
    ("‹dirección›", re.compile(r"\b0x[0-9a-f]{6,}\b")),
]
NOMBRE = re.compile(r"\b[a-z]+-[a-z]+(?:-[a-z]+)?\b")

# Líneas que aparecen o no según la carga de la máquina o la versión de Python.
RUIDO = re.compile(
    r"EventsWorker - Still processing items|runs skipped \(at capacity\)|^\s*[\^~]+\s*$",
    re.MULTILINE,
)


def enmascarar(linea: str) -> str:
    """Sustituye lo variable por su nombre entre ‹comillas›.

    Primero los bautizos: el final de `tidy-bee` también podría ser el de una task run.
    """
    linea = NOMBRE.sub(lambda m: "‹nombre›" if es_bautizo(m) else m[0], linea)
    for nombre, patron in MASCARAS:
        linea = patron.sub(nombre, linea)
    return linea.rstrip()


def limpiar(texto: str) -> list[str]:
    """Las líneas que cuentan, sin las que solo salen a veces."""
    lineas = [linea.rstrip() for linea in texto.strip("\n").split("\n")]
    return [linea for linea in lineas if not RUIDO.search(linea)]


def diferencia(esperada: str, real: str, sin_orden: bool = False) -> str:
    """Explica en qué difieren dos salidas; vacío si solo difieren en lo variable."""
    lineas = [
        [enmascarar(linea) for linea in limpiar(texto)] for texto in (esperada, real)
    ]
    if sin_orden:
        lineas = [sorted(grupo) for grupo in lineas]
    return "\n".join(
        difflib.unified_diff(
            *lineas, "lo que dice la página", "lo que ha salido", lineterm=""
        )
    )


def actualizar(anterior: str, nueva: str) -> str:
    """La salida nueva, con los valores variables de la anterior donde nada ha cambiado.

    Así cada actualización solo toca en git las líneas que de verdad son otras.
    """
    viejas, nuevas = limpiar(anterior), limpiar(nueva)
    claves = [[enmascarar(linea) for linea in grupo] for grupo in (viejas, nuevas)]
    resultado = list(nuevas)
    for tramo in difflib.SequenceMatcher(
        None, *claves, autojunk=False
    ).get_matching_blocks():
        resultado[tramo.b : tramo.b + tramo.size] = viejas[
            tramo.a : tramo.a + tramo.size
        ]
    return "\n".join(resultado) + "\n"
