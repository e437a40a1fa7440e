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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, all_suffixes
from importlib.util import module_from_spec, resolve_name, spec_from_file_location
from locale import getpreferredencoding
from pathlib import Path
from types import ModuleType


def cargar(archivo: Path) -> ModuleType:
    """Un módulo nuestro, sin que quede entre los que ve un programa ni donde los busca."""
    spec = spec_from_file_location(f"motor.{archivo.stem}", archivo)
    modulo = module_from_spec(spec)
    spec.loader.exec_module(modulo)
    return modulo


por_dentro = cargar(Path(__file__).parents[1] / "prefect_por_dentro.py")
acopio = cargar(Path(__file__).with_name("acopio.py"))
PRECARGADOS = (
    "pandas",
    "pyarrow.parquet",
    *por_dentro.MODULOS,
    *por_dentro.DE_OTROS,
    *por_dentro.COLECCIONES,
)
PYTHON = sys.executable  # el de verdad, aunque este módulo llegue ya importado
# Lo que Python y el sistema leen al arrancar: si es otro, el programa debe nacer de nuevo.
DE_ARRANQUE = re.compile(r"PYTHON|LANG|LC_|LD_|MALLOC")


@cache
def importar() -> set[str]:
    """Importa todo, una vez, sin que quede configurado nada que un programa pudiera notar.

    Returns:
        Los módulos cuya importación lleva al que configura los logs.
    """
    ganchos = list(sys.path_hooks)
    with por_dentro.logs_sin_configurar(), importaciones_anotadas() as anotadas:
        for modulo in PRECARGADOS:
            # Solo es un atajo: que falta uno en esta versión lo dice la prueba de ese hecho.
            with suppress(ModuleNotFoundError):
                import_module(modulo)
    por_dentro.volcar_ajustes_con(por_dentro.ajustes_como_variables)
    acopio.completar_modelos()
    acopio.preparar_contextos()
    por_dentro.servir_con(por_dentro.api_preparada())
    # Algunos cambian cómo se importa lo que venga después: lo del lector, no.
    sys.path_hooks[:] = ganchos
    sys.path_importer_cache.clear()
    return los_que_llevan_a(por_dentro.CONFIGURA_LOGS, anotadas)


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
    llegan = {destino} | {f"prefect.{n}" for n in por_dentro.los_que_da(destino)}
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


def tapados(carpeta: str) -> list[str]:
    """Los archivos de una carpeta que taparían a un módulo que ya está importado.

    Args:
        carpeta: la primera en la que buscaría el programa.
    """
    importados = {nombre.partition(".")[0] for nombre in {*sys.modules, *ocultos()}}
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
    return puesto() or Precargado(importar())


def puesto() -> "Precargado | None":
    """Quien ya ha quitado de la vista lo importado, si este intérprete nació de otro."""
    return next((f for f in sys.meta_path if isinstance(f, Precargado)), None)


def ocultos() -> Iterable[str]:
    """Los módulos que están importados y no se ven."""
    precargado = puesto()
    return precargado.ocultos if precargado else ()


class Precargado(MetaPathFinder, Loader):
    """Entrega los módulos de Prefect ya importados cuando el programa los importa."""

    def __init__(self, llevan_a_los_logs: set[str]) -> None:
        """Los quita de la vista.

        Args:
            llevan_a_los_logs: aquellos cuya importación acaba en la de quien los configura.
        """
        nombres = [nombre for nombre in sys.modules if nombre.startswith("prefect")]
        self.ocultos = {nombre: sys.modules.pop(nombre) for nombre in nombres}
        self.specs = {n: modulo.__spec__ for n, modulo in self.ocultos.items()}
        self.llevan_a_los_logs = llevan_a_los_logs
        sys.meta_path.insert(0, self)

    def olvidar(self, nombre: str) -> None:
        """Que ese módulo se ejecute de verdad: es el programa, con `python -m`."""
        if hasattr(self.ocultos.get(nombre) or sys.modules.get(nombre), "__path__"):
            nombre = f"{nombre}.__main__"  # de un paquete, eso es lo que se ejecuta
        self.ocultos.pop(nombre, None)
        sys.modules.pop(nombre, None)

    def find_spec(
        self, nombre: str, _ruta: object, _destino: object = None
    ) -> ModuleSpec | None:
        """Interviene la primera vez que se importa un módulo oculto."""
        if nombre not in self.ocultos:
            return None
        con_logs = nombre in self.llevan_a_los_logs
        antes = por_dentro.CONFIGURA_LOGS if con_logs else "prefect"
        if nombre != antes:
            import_module(antes)
        de_verdad = self.specs[nombre]
        spec = ModuleSpec(nombre, self, origin=de_verdad.origin)
        spec.submodule_search_locations = de_verdad.submodule_search_locations
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.ocultos.pop(spec.name, None) or sys.modules[spec.name]

    def exec_module(self, modulo: ModuleType) -> None:
        """No lo ejecuta otra vez: hace solo lo que depende de cuándo se importa."""
        nombre = modulo.__spec__.name
        modulo.__spec__ = self.specs[nombre]
        if nombre == "prefect":
            self._devolver(self.ocultos.keys() - self.llevan_a_los_logs)
            por_dentro.releer_ajustes()
            if os.environ.get("GUIA_SIN_LATIDO"):  # no cambia nada de lo que se ve
                por_dentro.quitar_latido()
            por_dentro.avisar_de_telemetria()
        elif nombre == por_dentro.CONFIGURA_LOGS:
            self._devolver(set(self.ocultos))
            por_dentro.configurar_logs()

    def _devolver(self, nombres: set[str]) -> None:
        for nombre in nombres:
            sys.modules[nombre] = self.ocultos.pop(nombre)
