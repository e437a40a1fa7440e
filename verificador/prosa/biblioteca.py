"""Los nombres que existen en Prefect, en su orden `prefect`, en Python y en pandas.

Se preguntan a los propios paquetes: un nombre que una versión nueva quita deja de existir
aquí sin que nadie toque una lista.
"""

import builtins
import importlib
import inspect
import keyword
import sys
from collections.abc import Iterator
from functools import cache

from motor.prefect_por_dentro import orden_prefect

MODULOS = """
prefect prefect.artifacts prefect.blocks.core prefect.blocks.notifications
prefect.blocks.system prefect.cache_policies prefect.client.orchestration
prefect.client.schemas.filters prefect.client.schemas.objects
prefect.client.schemas.schedules prefect.client.schemas.sorting
prefect.concurrency.sync prefect.context prefect.deployments prefect.exceptions
prefect.filesystems prefect.flows prefect.futures prefect.input prefect.locking.memory
prefect.logging prefect.results prefect.runner prefect.runtime.flow_run
prefect.runtime.task_run prefect.schedules prefect.settings prefect.states
prefect.task_runners prefect.tasks prefect.testing.utilities prefect.transactions
prefect.utilities.annotations prefect.utilities.hashing prefect.variables
prefect.workers.process prefect_aws prefect_aws.s3 prefect_sqlalchemy
asyncio concurrent.futures csv datetime decimal inspect io json os pathlib random sqlite3
tempfile threading time zoneinfo pandas numpy pytest sqlalchemy sqlalchemy.exc
""".split()
CLASES_AJENAS = (
    "pandas.DataFrame",
    "pandas.Series",
    "pathlib.Path",
    "datetime.datetime",
)


@cache
def nombres() -> frozenset[str]:
    """Todos los identificadores públicos: módulos, clases, sus atributos y parámetros."""
    python = {*dir(builtins), *keyword.kwlist, *sys.stdlib_module_names}
    especiales = {
        "__file__",
        "__name__",
        "__main__",
        "__init__",
        "self",
        "args",
        "kwargs",
    }
    return frozenset(python | especiales | {n for m in MODULOS for n in de_modulo(m)})


def de_modulo(camino: str) -> Iterator[str]:
    """Los nombres de un módulo y, de lo que define, sus atributos y parámetros."""
    modulo = importlib.import_module(camino)
    yield from camino.split(".")
    for nombre in dir(modulo):
        if nombre.startswith("_"):
            continue
        yield nombre
        try:
            objeto = getattr(modulo, nombre)
        except (AttributeError, ImportError):
            continue
        if callable(objeto):
            yield from de_objeto(objeto)


def de_objeto(objeto: object) -> Iterator[str]:
    """Los parámetros de algo que se llama y, si es una clase, también sus atributos."""
    yield from parametros(objeto)
    if not inspect.isclass(objeto):
        return
    yield from getattr(objeto, "model_fields", {})
    yield from getattr(objeto, "__members__", {})
    for nombre in dir(objeto):
        if not nombre.startswith("_"):
            yield nombre
            yield from parametros(inspect.getattr_static(objeto, nombre, None))


def parametros(objeto: object) -> Iterator[str]:
    """Los nombres de los parámetros de una función; ninguno, si no se pueden saber."""
    try:
        yield from inspect.signature(objeto).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return


def falta_en_la_orden(palabras: list[str]) -> str:
    """La primera palabra que la orden `prefect` no entiende; vacía, si las entiende todas.

    Args:
        palabras: lo que se escribe detrás de `prefect`.
    """
    orden, resto = orden_prefect(), list(palabras)
    while resto and not resto[0].startswith("-"):
        subordenes = set(orden)
        if resto[0] not in subordenes:
            if subordenes - {"--help"}:
                return resto[0]
            break
        orden = orden[resto.pop(0)]
    validas = {"--help", "--version", "--profile", "--prompt", "--no-prompt"}
    validas |= {n for a in orden.assemble_argument_collection() for n in a.names}
    opciones = (p.partition("=")[0] for p in resto if p.startswith("-"))
    return next((o for o in opciones if o not in validas), "")
