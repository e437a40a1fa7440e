"""Lo que se lee en un programa del estudiante sin ejecutarlo.

El calificador mira qué pasó, no cómo está escrito; esto solo sirve para explicar mejor lo
que no pasó, y para saber qué archivos usa.
"""

import ast
import warnings
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

Funcion = ast.FunctionDef | ast.AsyncFunctionDef


class Fuente:
    """El árbol de sintaxis de un programa; vacío, si no se puede leer."""

    def __init__(self, ruta: Path) -> None:
        self.ruta = ruta
        try:
            with warnings.catch_warnings(action="ignore"):  # los dirá el programa
                self._arbol = ast.parse(ruta.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            self._arbol = ast.Module([], [])

    @cached_property
    def nodos(self) -> list[ast.AST]:
        return list(ast.walk(self._arbol))

    @cached_property
    def flows(self) -> dict[str, Funcion]:
        """Las funciones con `@flow` o `@flow(…)` encima."""
        return {
            f.name: f
            for f in self._de(Funcion)
            if "flow" in map(nombre, f.decorator_list)
        }

    @cached_property
    def funciones(self) -> dict[str, Funcion]:
        """Todas las suyas, también las que no llevan nada encima."""
        return {f.name: f for f in self._de(Funcion)}

    @cached_property
    def tasks(self) -> set[str]:
        """Los nombres de las funciones con `@task` o `@task(…)` encima."""
        return {
            n
            for n, f in self.funciones.items()
            if "task" in map(nombre, f.decorator_list)
        }

    def nombrada_sin_llamar(self) -> Funcion | None:
        """La función suya que está sola en una línea, sin paréntesis, si la hay."""
        sueltos = [n.value for n in self._de(ast.Expr) if isinstance(n.value, ast.Name)]
        suyas = (self.funciones.get(suelto.id) for suelto in sueltos)
        return next(filter(None, suyas), None)

    def argumento_llamado(self, funcion: str) -> str:
        """El argumento al que se da `funcion()`, sola o en una lista, y no `funcion`."""
        for argumento in self._de(ast.keyword):
            for dado in sueltos(argumento.value):
                if isinstance(dado, ast.Call) and nombre(dado) == funcion:
                    return argumento.arg or ""
        return ""

    def hooks(self) -> list[Funcion | ast.Lambda]:
        """Las funciones suyas que se dan a un flow para que las llame en algún estado."""
        dadas = [
            dada
            for llamada in self._de(ast.Call)
            if nombre(llamada) == "flow"
            for argumento in llamada.keywords
            if (argumento.arg or "").startswith("on_")
            for dada in sueltos(argumento.value)
        ]
        con_nombre = [self.funciones.get(nombre(dada)) for dada in dadas]
        decoradas = [
            funcion
            for funcion in self._de(Funcion)
            for puesto in funcion.decorator_list
            if isinstance(puesto, ast.Attribute)
            and puesto.attr.startswith("on_")
            and nombre(puesto.value) in self.flows
        ]
        sin_nombre = [dada for dada in dadas if isinstance(dada, ast.Lambda)]
        return list(dict.fromkeys([*filter(None, con_nombre), *decoradas, *sin_nombre]))

    def con_la_hora(self) -> list[ast.Call]:
        """Las llamadas a una task suya que reciben la fecha o la hora a la que se ejecuta."""
        relojes = {
            guardado.id
            for asignacion in self._de(ast.Assign)
            if mira_la_hora(asignacion.value)
            for guardado in asignacion.targets
            if isinstance(guardado, ast.Name)
        }
        return [
            llamada
            for llamada in self._de(ast.Call)
            if nombre(llamada) in self.tasks
            and any(
                mira_la_hora(dado)
                or any(getattr(n, "id", "") in relojes for n in ast.walk(dado))
                for dado in (*llamada.args, *(k.value for k in llamada.keywords))
            )
        ]

    def atiende_errores(self) -> bool:
        """Si algún flow suyo tiene un `try`."""
        return any(
            isinstance(nodo, ast.Try)
            for flow in self.flows.values()
            for nodo in ast.walk(flow)
        )

    def da_argumento(self, argumento: str) -> bool:
        """Si en alguna llamada se da un argumento con ese nombre."""
        return bool(self._dados(argumento))

    def sin_return(self, argumento: str) -> bool:
        """Si la función que se da con ese argumento es suya y no devuelve nada."""
        dadas = map(self.funciones.get, map(nombre, self._dados(argumento)))
        return any(
            not any(isinstance(n, ast.Return) for n in ast.walk(funcion))
            for funcion in filter(None, dadas)
        )

    def _dados(self, argumento: str) -> list[ast.expr]:
        """Lo que se da, en cada llamada, a los argumentos con ese nombre."""
        return [d.value for d in self._de(ast.keyword) if d.arg == argumento]

    def sin_decorar(self) -> list[str]:
        """Las funciones suyas, sin nada encima, a las que un flow da algún argumento."""
        llamadas = {
            nombre(nodo)
            for flow in self.flows.values()
            for nodo in ast.walk(flow)
            if isinstance(nodo, ast.Call)
            and isinstance(nodo.func, ast.Name)
            and (nodo.args or nodo.keywords)
        }
        return [
            n
            for n, f in self.funciones.items()
            if n in llamadas and not f.decorator_list
        ]

    def envios_olvidados(self) -> list[tuple[int, str]]:
        """Las líneas con un `.submit()` o un `.map()` cuyo future no se guarda, y su task."""
        sueltas = [n.value for n in self._de(ast.Expr) if isinstance(n.value, ast.Call)]
        return [
            (llamada.lineno, llamada.func.value.id)
            for llamada in sueltas
            if isinstance(llamada.func, ast.Attribute)
            and llamada.func.attr in {"submit", "map"}
            and isinstance(llamada.func.value, ast.Name)
            and llamada.func.value.id in self.tasks
        ]

    def sin_await(self) -> int:
        """La línea en la que se llama a un flow asíncrono sin esperarlo; 0, si no la hay."""
        asincronos = {
            n for n, f in self.flows.items() if isinstance(f, ast.AsyncFunctionDef)
        }
        for padre in self.nodos:
            if isinstance(
                padre, ast.Await | ast.Call
            ):  # `await f()`, `asyncio.run(f())`
                continue
            for hijo in ast.iter_child_nodes(padre):
                if isinstance(hijo, ast.Call) and nombre(hijo) in asincronos:
                    return hijo.lineno
        return 0

    def main_mal_escrito(self) -> str:
        """Lo que se compara con `__name__`, si no es `__main__`."""
        for comparacion in self._de(ast.Compare):
            partes = [comparacion.left, *comparacion.comparators]
            textos = [p.value for p in partes if isinstance(p, ast.Constant)]
            if "__name__" in map(nombre, partes) and "__main__" not in textos:
                return str(textos[0]) if textos else ""
        return ""

    def corta_de_golpe(self) -> bool:
        """Si llama a `os._exit` o a `os.abort`."""
        return any(nombre(n) in {"_exit", "abort"} for n in self._de(ast.Call))

    def otro_print(self) -> bool:
        """Si lo que escribe no es el `print` de Python, el único que se lleva al log."""
        importados = [
            alias.asname or alias.name
            for n in self._de(ast.Import | ast.ImportFrom)
            for alias in n.names
        ]
        definidas = [f.name for f in self._de(Funcion)]
        asignados = [n.id for n in self._de(ast.Name) if isinstance(n.ctx, ast.Store)]
        return "print" in {*importados, *definidas, *asignados} or any(
            "sys.stdout.write" in ast.unparse(n.func) for n in self._de(ast.Call)
        )

    def cambia_de_servidor(self) -> bool:
        """Si nombra la variable que dice a Prefect dónde está su servidor."""
        return "PREFECT_API_URL" in self._textos()

    def ruta_absoluta(self) -> str:
        """Una ruta escrita entera, desde la raíz de un equipo, si la hay."""
        for texto in self._textos():
            rutas = (PurePosixPath(texto), PureWindowsPath(texto))
            if any(ruta.is_absolute() and len(ruta.parts) > 2 for ruta in rutas):
                return texto
        return ""

    def archivos(self, paquete: PurePosixPath) -> set[str]:
        """Los archivos de la carpeta del estudiante que puede importar, y los que nombra.

        Args:
            paquete: la carpeta de este programa, vista desde la del estudiante: desde ella
                se cuentan los `import` que empiezan por un punto.
        """
        archivos = set(self._textos())
        for nodo in self._de(ast.Import):
            for alias in nodo.names:
                archivos |= de_un_modulo(PurePosixPath(), alias.name)
        for nodo in self._de(ast.ImportFrom):
            desde = subir(paquete, nodo.level)
            for alias in nodo.names:
                completo = ".".join(filter(None, (nodo.module, alias.name)))
                archivos |= de_un_modulo(desde, completo)
        return archivos

    def _textos(self) -> Iterator[str]:
        for constante in self._de(ast.Constant):
            if isinstance(constante.value, str) and len(constante.value) < 200:
                yield constante.value

    def _de(self, clase: type) -> list:
        return [nodo for nodo in self.nodos if isinstance(nodo, clase)]


def mira_la_hora(dado: ast.expr) -> bool:
    """Si en una expresión se pregunta qué día o qué hora es."""
    return any(
        isinstance(nodo, ast.Call)
        and isinstance(nodo.func, ast.Attribute)
        and nodo.func.attr in {"now", "today", "utcnow"}
        for nodo in ast.walk(dado)
    )


def sueltos(dado: ast.expr) -> list[ast.expr]:
    """Lo que se da a un argumento: eso o, si es una lista, lo que lleva."""
    return dado.elts if isinstance(dado, ast.List | ast.Tuple) else [dado]


def admite(funcion: Funcion | ast.Lambda, nombres: tuple[str, ...]) -> bool:
    """Si se le pueden dar esos argumentos por su nombre."""
    suyos = {a.arg for a in (*funcion.args.args, *funcion.args.kwonlyargs)}
    return bool(funcion.args.kwarg) or suyos >= set(nombres)


def subir(paquete: PurePosixPath, puntos: int) -> PurePosixPath:
    """La carpeta desde la que cuenta un import con esos puntos delante."""
    carpetas = [PurePosixPath(), paquete, *paquete.parents]
    return carpetas[min(puntos, len(carpetas) - 1)]


def de_un_modulo(desde: PurePosixPath, modulo: str) -> set[str]:
    """Los archivos en los que puede estar un módulo, y los de los paquetes que lo contienen."""
    archivos = set()
    for parte in modulo.split("."):
        desde /= parte
        archivos |= {f"{desde}.py", f"{desde}/__init__.py"}
    return archivos


def nombre(nodo: ast.AST) -> str:
    """El último nombre de `flow`, `prefect.flow` o `prefect.flow(…)`."""
    if isinstance(nodo, ast.Call):
        return nombre(nodo.func)
    return getattr(nodo, "attr", getattr(nodo, "id", ""))
