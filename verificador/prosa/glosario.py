"""Las palabras del glosario que no son de Prefect: la web las explica donde salen.

Van al final de cada página como abreviaturas de Markdown, y el tema las enseña al pasar por
encima; docs/assets/js/guia.js deja solo la primera de cada página.
"""

import re
from collections.abc import Iterator
from functools import cache

from motor.rutas import DOCS

PAGINA = DOCS / "referencia" / "glosario.md"
SECCION = re.compile(r"^## .* \{ #generales \}$(.*)", re.MULTILINE | re.DOTALL)
ENTRADA = re.compile(
    r"^### (?P<titulo>.+) \{ #[\w-]+ \}\n\n(?P<texto>.+)$", re.MULTILINE
)
TITULO = re.compile(r"^### (.+) \{ #", re.MULTILINE)
# «El orden de las filas» no es la orden que se teclea.
AMBIGUAS = {"orden"}
SIN_PLURAL = {"asíncrono", "confirmar", "credenciales", "cron", "Parquet", "proxy"}


@cache
def palabras() -> frozenset[str]:
    """Las palabras que explica, si hay glosario: como son en una frase y en plural."""
    escrito = PAGINA.read_text("utf-8") if PAGINA.is_file() else ""
    titulos = TITULO.findall(escrito)
    sueltas = {p for titulo in titulos for p in re.findall(r"\w+", titulo)}
    nombres = sueltas | {palabra.lower() for palabra in sueltas}
    return frozenset(f for p in nombres for f in (p, f"{p}s", plural(p)))


def abreviaturas() -> str:
    """Cada palabra con su definición, como abreviaturas de Markdown."""
    generales = SECCION.search(PAGINA.read_text("utf-8"))
    entradas = ENTRADA.finditer(generales[1] if generales else "")
    return "".join(
        f"*[{forma}]: {frase}\n"
        for entrada in entradas
        for frase in [primera_frase(entrada["texto"])]
        for forma in formas(entrada["titulo"])
    )


def primera_frase(texto: str) -> str:
    """La definición, sin marcas ni formato: lo que cabe en un aviso."""
    # Fuera el nombre en inglés, con el que empiezan algunas, y las marcas del final.
    limpio = re.sub(r"^\*[^*]+\*\. |<!--.*", "", texto)
    limpio = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", limpio)
    limpio = re.sub(r"[`*]", "", limpio)
    return re.split(r"(?<=\.) (?=[A-ZÁÉÍÓÚ])", limpio)[0]


def formas(titulo: str) -> Iterator[str]:
    """Cómo se escribe una palabra dentro de una frase, también en plural."""
    for palabra in titulo.split(" y "):
        es_nombre = palabra != palabra.capitalize() or palabra == "Parquet"
        forma = palabra if es_nombre else palabra.lower()
        if forma in AMBIGUAS:
            continue
        yield forma
        if " " not in forma and forma not in SIN_PLURAL and not forma.isupper():
            yield plural(forma)


def plural(forma: str) -> str:
    """El de una palabra española, o inglesa."""
    if forma.endswith("ión"):
        return f"{forma.removesuffix('ión')}iones"
    return f"{forma}es" if forma[-1] in "rl" else f"{forma}s"
