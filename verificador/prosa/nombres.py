"""El código en línea de la prosa: cada nombre tiene que ser de algo que existe."""

import re
import tomllib
from functools import cache
from pathlib import Path

from motor.rutas import RAIZ
from verificador.pagina import Pagina, fragmentos
from verificador.prosa import biblioteca, evidencias, pruebas, valores
from verificador.prosa.valores import tablas

EXCEPCIONES = Path(__file__).with_name("excepciones.toml")
DE_LAS_PAGINAS = {"pruebas", "verificacion"}
PALABRA = re.compile(r"[^\W\d]\w*")
CON_TEXTO = set(".py .txt .md .csv .toml .yaml .sql .cfg .sh .cast".split())


@cache
def excepciones() -> dict[str, str]:
    """El código que no es de nada que se pueda comprobar aquí, con su motivo."""
    return {
        codigo: motivo
        for motivo, codigos in tomllib.loads(EXCEPCIONES.read_text("utf-8")).items()
        for codigo in codigos
    }


def existe(codigo: str, pagina: Pagina, citadas: list[str]) -> bool:
    """Si un código en línea nombra algo que existe.

    Args:
        codigo: lo que dice.
        pagina: dónde está.
        citadas: las pruebas que cita su unidad, cuyo código también vale.
    """
    if codigo in excepciones():
        return True
    patron = buscado(codigo)
    if any(patron.search(texto) for texto in textos(pagina, citadas)):
        return True
    if codigo.startswith("prefect ") and "…" not in codigo:
        return not biblioteca.falta_en_la_orden(codigo.split()[1:])
    return (
        es_ruta(codigo)
        or es_ajuste(codigo)
        or bool(patron.search(todos_los_fragmentos()))
        or conocido(codigo)
    )


def buscado(codigo: str) -> re.Pattern[str]:
    """El código como expresión: entero, con «…» por cualquier texto y espacios cualesquiera."""
    partes = re.split(r"…|\.\.\.", re.sub(r"\s+", " ", codigo.strip()))
    patron = r".{0,200}?".join(re.escape(p).replace(r"\ ", r"\s+") for p in partes)
    antes = r"(?<!\w)" if re.match(r"\w", codigo) else ""
    despues = r"(?!\w)" if re.search(r"\w$", codigo) else ""
    return re.compile(antes + patron + despues, re.DOTALL)


def textos(pagina: Pagina, citadas: list[str]) -> list[str]:
    """Lo que la página ejecuta y enseña, y las pruebas que cita."""
    propios = evidencias.en_la_seccion(pagina, "") or ""
    figuras = evidencias.figuras_en(pagina, range(len(pagina.texto)))
    nombres = "\n".join(archivo.name for archivo in pagina.incluidos)
    return [
        propios,
        nombres,
        *(evidencias.de_figura(f) for f in figuras),
        *(pruebas.codigo(p) for p in citadas if p in pruebas.todas()),
    ]


def es_ruta(codigo: str) -> bool:
    """Si es la ruta o el nombre de un archivo del proyecto."""
    limpia = codigo.rstrip("/")
    if not re.fullmatch(r"[\w./-]+", limpia):
        return False
    return (RAIZ / limpia).exists() or any(f.name == limpia for f in fragmentos())


def es_ajuste(codigo: str) -> bool:
    """Si es el nombre de un ajuste de Prefect."""
    from prefect import settings

    return bool(valores.AJUSTE.fullmatch(codigo)) and hasattr(settings, codigo)


@cache
def todos_los_fragmentos() -> str:
    """Todo lo que hay en snippets/, seguido, menos lo que se escribe a partir de las páginas."""
    archivos = sorted(
        archivo
        for archivo in fragmentos()
        if archivo.suffix in CON_TEXTO and archivo.parent.name not in DE_LAS_PAGINAS
    )
    return "\n".join(f.read_text("utf-8") for f in archivos)


@cache
def de_los_datos() -> frozenset[str]:
    """Las columnas de los datos y las palabras que hay en ellos."""
    columnas = {c for tabla in tablas().values() for c in tabla.columns}
    valores = {
        palabra
        for tabla in tablas().values()
        for columna in tabla.select_dtypes(exclude="number")
        for valor in tabla[columna].dropna().unique()
        for palabra in PALABRA.findall(valor)
    }
    return frozenset(columnas | valores)


def conocido(codigo: str) -> bool:
    """Si todos sus nombres son de una biblioteca o de los datos, y no lleva ningún número."""
    palabras = PALABRA.findall(codigo)
    return (
        bool(palabras)
        and not re.search(r"\d|[\"']", codigo)
        and all(p in de_los_datos() or p in biblioteca.nombres() for p in palabras)
    )
