"""Los nombres que existen en Prefect, en su orden `prefect`, en Python y en pandas.

Se preguntan a los propios paquetes: un nombre que una versión nueva quita deja de existir
aquí sin que nadie toque una lista.
"""

import builtins
import importlib
import inspect
import keyword
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from motor.prefect_por_dentro import orden_prefect

if TYPE_CHECKING:
    from cyclopts import App
    from cyclopts.argument import Argument

# Primero, los que más se nombran y menos cuesta importar.
MODULOS = """
prefect prefect.flows prefect.tasks prefect.states prefect.artifacts prefect.blocks.core
prefect.blocks.notifications
prefect.blocks.system prefect.cache_policies prefect.client.orchestration
prefect.client.schemas.filters prefect.client.schemas.objects
prefect.client.schemas.schedules prefect.client.schemas.sorting
prefect.concurrency.sync prefect.context prefect.deployments prefect.exceptions
prefect.filesystems prefect.futures prefect.input prefect.locking.memory
prefect.logging prefect.results prefect.runner prefect.runtime.flow_run
prefect.runtime.task_run prefect.schedules prefect.settings
prefect.task_runners prefect.transactions
prefect.utilities.annotations prefect.utilities.hashing prefect.variables
prefect.workers.process prefect_sqlalchemy
asyncio concurrent.futures csv datetime decimal inspect io json os pathlib random sqlite3
tempfile threading time zoneinfo pandas pytest sqlalchemy sqlalchemy.exc numpy
prefect.testing.utilities prefect_aws prefect_aws.s3
""".split()
CLASES_AJENAS = (
    "pandas.DataFrame",
    "pandas.Series",
    "pathlib.Path",
    "datetime.datetime",
)
# Las opciones que van con cualquier orden `prefect`, y las que llevan detrás su valor.
DE_TODAS = {"--help", "--version", "-v", "--profile", "-p", "--prompt", "--no-prompt"}
CON_VALOR = {"--profile", "-p"}


class Nombres:
    """Los identificadores públicos: módulos, clases, sus atributos y sus parámetros.

    Importar todo lo que hay cuesta segundos y casi nunca hace falta: cada módulo se mira
    cuando un nombre no está en los anteriores.
    """

    def __init__(self, modulos: Iterable[str]) -> None:
        """Empieza por lo que ya está a mano: lo que Python trae.

        Args:
            modulos: los demás, en el orden en que se miran.
        """
        especiales = "__file__ __name__ __main__ __init__ self args kwargs".split()
        self._vistos = {*dir(builtins), *keyword.kwlist, *sys.stdlib_module_names}
        self._vistos.update(especiales)
        self._pendientes = iter(modulos)

    def __contains__(self, nombre: str) -> bool:
        while nombre not in self._vistos:
            modulo = next(self._pendientes, None)
            if modulo is None:
                return False
            self._vistos.update(de_modulo(modulo))
        return True


@cache
def nombres() -> Nombres:
    """Los de MODULOS y los que Python trae."""
    return Nombres(MODULOS)


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


def subordenes(app: "App") -> list[str]:
    """Los nombres de las órdenes que tiene dentro una orden."""
    return [nombre for nombre in app if not nombre.startswith("-")]


def es_grupo(app: "App") -> bool:
    """Si una orden no hace nada por sí misma: solo reúne a otras."""
    return bool(subordenes(app)) and app.default_command is None


def argumentos(app: "App") -> list["Argument"]:
    """Los que admite una orden; ninguno, si solo reúne a otras."""
    return [] if app.default_command is None else [*app.assemble_argument_collection()]


def opciones(app: "App") -> set[str]:
    """Los nombres con que se dan los argumentos de una orden."""
    return {nombre for argumento in argumentos(app) for nombre in argumento.names}


def falta_en_la_orden(palabras: list[str]) -> str:
    """La primera palabra que la orden `prefect` no entiende; vacía, si las entiende todas.

    Args:
        palabras: lo que se escribe detrás de `prefect`.
    """
    orden, resto = orden_prefect(), list(palabras)
    while resto and not resto[0].startswith("-"):
        if resto[0] not in set(orden):
            if es_grupo(orden):
                return resto[0]
            break
        orden = orden[resto.pop(0)]
    validas = DE_TODAS | opciones(orden)
    puestas = (p.partition("=")[0] for p in resto if p.startswith("-"))
    return next((o for o in puestas if o not in validas), "")
