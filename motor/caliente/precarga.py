"""Lo que el intérprete caliente ya ha importado, y cuándo puede usarlo un programa.

Un programa recién nacido no debe notar que Prefect ya estaba en memoria: hasta que lo
importa no figura entre los módulos, y al importarlo se hace entonces lo que Prefect hace
al importarse (leer los ajustes, configurar los logs). Si en la carpeta del programa hay un
archivo que taparía a algún módulo (`prefect.py`, `random.py`…), no se puede imitar: se le
da el `python` de siempre.
"""

import builtins
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, all_suffixes
from importlib.util import resolve_name
from locale import getpreferredencoding
from pathlib import Path
from types import ModuleType

import atajos

PRECARGADOS = (
    "pandas",
    "pyarrow.parquet",
    "prefect.main",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.cli",
    "prefect.runner",
    "prefect.server.api.server",
    # Un servidor importa al arrancar todas las colecciones que estén instaladas.
    "prefect_aws",
    "prefect_sqlalchemy",
)
PYTHON = sys.executable  # el de verdad, aunque este módulo llegue ya importado
# Lo que Python y el sistema leen al arrancar: si es otro, el programa debe nacer de nuevo.
DE_ARRANQUE = re.compile(r"PYTHON|LANG|LC_|LD_|MALLOC")


@cache
def importar() -> set[str]:
    """Importa todo, una vez, sin que quede configurado nada que un programa pudiera notar.

    Returns:
        Los módulos cuya importación lleva a `prefect.main`, que configura los logs.
    """
    ganchos = list(sys.path_hooks)
    with logs_sin_configurar(), importaciones_anotadas() as anotadas:
        for modulo in PRECARGADOS:
            import_module(modulo)
    atajos.tomar()
    del sys.modules["atajos"]  # un programa puede tener un módulo que se llame así
    # Algunos cambian cómo se importa lo que venga después: lo del lector, no.
    sys.path_hooks[:] = ganchos
    sys.path_importer_cache.clear()
    return los_que_llevan_a("prefect.main", anotadas)


@contextmanager
def importaciones_anotadas() -> Iterator[dict[str, set[str]]]:
    """Apunta qué importa cada módulo de Prefect, también lo que ya estaba importado."""
    anotadas: dict[str, set[str]] = {}
    importar_de_verdad = builtins.__import__

    def importar_anotando(  # con los nombres que `__import__` documenta
        name: str,
        globals: dict | None = None,
        locals: object = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        quien = (globals or {}).get("__name__", "")
        if quien.startswith("prefect"):
            paquete = globals.get("__package__") or ""
            origen = resolve_name("." * level + name, paquete) if level else name
            varios = {f"{origen}.{suyo}" for suyo in fromlist or ()}
            anotadas.setdefault(quien, set()).update(varios, {origen})
        return importar_de_verdad(name, globals, locals, fromlist, level)

    builtins.__import__ = importar_anotando
    try:
        yield anotadas
    finally:
        builtins.__import__ = importar_de_verdad


def los_que_llevan_a(destino: str, importan: dict[str, set[str]]) -> set[str]:
    """Los módulos que importan otro, directamente o por medio de otros."""
    prefect = sys.modules["prefect"]
    # `from prefect import flow` va a buscarlo a `prefect.main`.
    llegan = {destino} | {
        f"prefect.{n}" for n, (_, de) in prefect._public_api.items() if de == ".main"
    }
    for modulo in [m for m in sys.modules if m.startswith("prefect.")]:
        # Importar un módulo es importar antes los paquetes que lo contienen.
        importan.setdefault(modulo, set()).add(modulo.rpartition(".")[0])
    nuevos = True
    while nuevos:
        nuevos = {
            modulo
            for modulo, otros in importan.items()
            if modulo not in llegan | {"prefect"} and not llegan.isdisjoint(otros)
        }
        llegan |= nuevos
    return llegan


@contextmanager
def logs_sin_configurar() -> Iterator[None]:
    """`prefect.main` configura los logs al importarse; aquí es demasiado pronto."""
    from prefect.logging import configuration

    configurar = configuration.setup_logging
    configuration.setup_logging = lambda: None
    try:
        yield
    finally:
        configuration.setup_logging = configurar


def tapados(carpeta: str) -> list[str]:
    """Los archivos de una carpeta que taparían a un módulo que ya está importado.

    Args:
        carpeta: la primera en la que buscaría el programa.
    """
    importados = {nombre.partition(".")[0] for nombre in sys.modules}
    importados -= {"__main__", __name__}
    return [
        entrada.path
        for entrada in os.scandir(carpeta or ".")
        if entrada.name.partition(".")[0] in importados and se_importa(entrada)
    ]


def se_importa(entrada: os.DirEntry) -> bool:
    """Si `import` tomaría ese archivo, o esa carpeta, por un módulo."""
    nombre, _, _ = entrada.name.partition(".")
    terminaciones = all_suffixes()
    if entrada.is_dir():
        return any(
            os.path.exists(os.path.join(entrada.path, f"__init__{fin}"))
            for fin in terminaciones
        )
    return any(entrada.name == nombre + fin for fin in terminaciones)


def otro_arranque(entorno: dict[str, str]) -> bool:
    """Si un entorno difiere del de este proceso en algo que solo se lee al arrancar."""
    return de_arranque(dict(os.environ)) != de_arranque(entorno)


def de_arranque(entorno: dict[str, str]) -> dict[str, str]:
    """Las variables que solo se leen al arrancar y piden algo que no sea lo que ya hay."""
    pedidas = {n: v for n, v in entorno.items() if DE_ARRANQUE.match(n)}
    if getpreferredencoding(False).lower() == "utf-8":
        for nombre in ("PYTHONUTF8", "PYTHONIOENCODING"):
            if pedidas.get(nombre) in ("1", "utf-8"):
                del pedidas[nombre]
    return pedidas


def ocultar() -> "Precargado":
    """Quita de la vista lo importado, o devuelve a quien ya lo hizo.

    Un intérprete caliente puede nacer de otro: hereda lo que el otro importó y ocultó.
    """
    puestos = (f for f in sys.meta_path if isinstance(f, Precargado))
    return next(puestos, None) or Precargado(importar())


class Precargado(MetaPathFinder, Loader):
    """Entrega los módulos de Prefect ya importados cuando el programa los importa."""

    def __init__(self, llevan_a_main: set[str]) -> None:
        """Los quita de la vista.

        Args:
            llevan_a_main: aquellos cuya importación acaba en la de `prefect.main`.
        """
        nombres = [nombre for nombre in sys.modules if nombre.startswith("prefect")]
        self.ocultos = {nombre: sys.modules.pop(nombre) for nombre in nombres}
        self.specs = {n: modulo.__spec__ for n, modulo in self.ocultos.items()}
        self.llevan_a_main = llevan_a_main
        sys.meta_path.insert(0, self)

    def olvidar(self, nombre: str) -> None:
        """Que ese módulo se ejecute de verdad: es el programa, con `python -m`."""
        self.ocultos.pop(nombre, None)
        sys.modules.pop(nombre, None)

    def find_spec(
        self, nombre: str, _ruta: object, _destino: object = None
    ) -> ModuleSpec | None:
        """Interviene la primera vez que se importa un módulo oculto."""
        if nombre not in self.ocultos:
            return None
        antes = "prefect.main" if nombre in self.llevan_a_main else "prefect"
        if nombre != antes:
            import_module(antes)
        return ModuleSpec(nombre, self, origin=self.specs[nombre].origin)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.ocultos.pop(spec.name, None) or sys.modules[spec.name]

    def exec_module(self, modulo: ModuleType) -> None:
        """No lo ejecuta otra vez: hace solo lo que depende de cuándo se importa."""
        nombre = modulo.__spec__.name
        modulo.__spec__ = self.specs[nombre]
        if nombre == "prefect":
            self._devolver(self.ocultos.keys() - self.llevan_a_main)
            releer_ajustes()
            avisar_de_telemetria()
        elif nombre == "prefect.main":
            self._devolver(set(self.ocultos))
            configurar_logs()

    def _devolver(self, nombres: set[str]) -> None:
        for nombre in nombres:
            sys.modules[nombre] = self.ocultos.pop(nombre)


def releer_ajustes() -> None:
    """Prefect leyó sus ajustes antes de tiempo: hay que leer los de este programa."""
    import prefect.context
    from prefect.settings import constants, sources

    # Su carpeta la calcula al importarse, con la de quien la importó.
    constants.DEFAULT_PREFECT_HOME = Path.home() / ".prefect"
    sources.DEFAULT_PREFECT_HOME = constants.DEFAULT_PREFECT_HOME
    del prefect.context.GLOBAL_SETTINGS_CONTEXT  # como al importarlo por primera vez
    prefect.context.refresh_global_settings_context()
    if os.environ.get("GUIA_SIN_LATIDO"):
        # Cada flow espera ~1 s a su hilo de latidos; la variable de entorno no admite
        # «ninguno», así que se quita aquí. No cambia nada de lo que el lector ve.
        contexto = prefect.context.get_settings_context()
        flows = contexto.settings.flows.model_copy(update={"heartbeat_frequency": None})
        ajustes = contexto.settings.model_copy(update={"flows": flows})
        prefect.context.GLOBAL_SETTINGS_CONTEXT = type(contexto)(
            profile=contexto.profile, settings=ajustes
        )


def avisar_de_telemetria() -> None:
    """En una terminal, lo primero que Prefect hace en una carpeta nueva es avisar de ella."""
    from prefect._internal import analytics

    analytics._telemetry_initialized = False
    analytics.initialize_analytics()


def configurar_logs() -> None:
    """Lo que hace `prefect.main` al importarse."""
    from prefect.context import get_settings_context
    from prefect.logging import configuration, get_logger

    configuration.setup_logging()
    perfil = get_settings_context().profile.name
    get_logger("profiles").debug(f"Using profile {perfil!r}")
