"""En qué se diferencian dos programas, dicho en términos de Prefect.

Solo se dice lo que está escrito en ellos y no puede ser de otra manera: si un programa hace
algo que impide saberlo, como llamar `task` a otra cosa o pasar `**opciones`, de eso se calla.
Ninguna frase dice cuál es mejor: los dos programas hacen lo que se pide.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from calificador.fuente import Funcion
from calificador.lengua import contar

FLOW, TASK, LLAMADA = "flow", "task", "llamada"
SERVIR = ("serve", "to_deployment", "deploy")
DIRECTA = "directamente"
MODOS = {"submit": "con .submit()", "map": "con .map()", "delay": "con .delay()"}
DE_LA_LLAMADA = {"wait_for", "return_state"}
GENERO = {FLOW: ("ninguno", "algún flow"), TASK: ("ninguna", "alguna task")}
# Qué hace cada argumento de Prefect que usan los ejercicios.
EFECTOS = {
    "log_prints": "lo que escribe print llega al log",
    "name": "es su nombre en Prefect",
    "task_run_name": "es el nombre de cada ejecución",
    "flow_run_name": "es el nombre de cada ejecución",
    "retries": "si falla, se repite ese número de veces como mucho",
    "retry_delay_seconds": "son los segundos que espera antes de repetirse",
    "retry_condition_fn": "una función decide si se repite",
    "cache_policy": "dice cuándo vale un resultado ya guardado",
    "persist_result": "dice si su resultado se guarda",
    "timeout_seconds": "es lo que puede durar, en segundos",
    "interval": "dice cada cuánto se ejecuta",
    "cron": "dice a qué horas se ejecuta",
    "schedule": "es su horario",
    "parameters": "son los parámetros con que se ejecuta",
    "wait_for": "espera a otras tasks sin recibir lo que devuelven",
    "return_state": "la llamada da el estado, y no el resultado",
}


@dataclass
class Rasgos:
    """Lo que se sabe de un programa.

    Attributes:
        clases: de cada función con `@flow` o `@task`, cuál de los dos.
        asincronas: las que además son `async`.
        argumentos: los que se dan con nombre, y sus valores, por dónde se dan.
        modos: de qué maneras se llama a sus tasks.
        importa: los nombres que trae de Prefect.
        dudas: de qué no se puede estar seguro.
    """

    clases: dict[str, str] = field(default_factory=dict)
    asincronas: set[str] = field(default_factory=set)
    argumentos: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    modos: set[str] = field(default_factory=set)
    importa: set[str] = field(default_factory=set)
    dudas: set[str] = field(default_factory=set)

    def cuantas(self, clase: str) -> int:
        return list(self.clases.values()).count(clase)

    def asincrona(self, clase: str) -> bool:
        return any(self.clases[nombre] == clase for nombre in self.asincronas)

    def apuntar(self, donde: str, argumentos: list[ast.keyword]) -> None:
        """Apunta los argumentos de una llamada; con `**` no se sabe cuáles son."""
        vistos = self.argumentos.setdefault(donde, {})
        for argumento in argumentos:
            if argumento.arg is None:
                self.dudas.add(donde)
            else:
                valor = ast.unparse(argumento.value)
                vistos.setdefault(argumento.arg, set()).add(valor)


def matices(suyo: ast.Module, modelo: ast.Module) -> list[str]:
    """Las frases que dicen en qué se diferencia el programa del estudiante de la solución."""
    tuyo, solucion = rasgos(suyo), rasgos(modelo)
    return [
        *de_cantidad(tuyo, solucion),
        *de_argumentos(tuyo, solucion),
        *de_llamadas(tuyo, solucion),
        *de_imports(tuyo, solucion),
    ]


def de_cantidad(tuyo: Rasgos, solucion: Rasgos) -> Iterator[str]:
    """Cuántos flows y cuántas tasks hay, y si son asíncronos."""
    for clase in seguras(tuyo, solucion, FLOW, TASK):
        suyas, otras = tuyo.cuantas(clase), solucion.cuantas(clase)
        if suyas != otras:
            yield (
                f"La solución tiene {contar(otras, clase, f'{clase}s')} y tu programa, "
                f"{suyas}."
            )
        ninguna, alguna = GENERO[clase]
        if tuyo.asincrona(clase) and not solucion.asincrona(clase):
            yield f"En tu programa, {alguna} es async; en la solución, {ninguna}."


def de_argumentos(tuyo: Rasgos, solucion: Rasgos) -> Iterator[str]:
    """Los argumentos que se dan en un programa y no en el otro, o con otro valor."""
    for donde in seguras(tuyo, solucion, FLOW, TASK, *SERVIR, LLAMADA):
        suyos, otros = (r.argumentos.get(donde) for r in (tuyo, solucion))
        if suyos is None or otros is None:
            continue
        for nombre in sorted(otros.keys() - suyos.keys()):
            yield f"Solo en la solución: {presentar(donde, nombre, otros[nombre])}."
        for nombre in sorted(suyos.keys() - otros.keys()):
            yield f"Solo en tu programa: {presentar(donde, nombre, suyos[nombre])}."
        for nombre in sorted(suyos.keys() & otros.keys()):
            if suyos[nombre] != otros[nombre]:
                yield (
                    f"{sitio(donde)}, {nombre} vale {enumerar(otros[nombre])} en la solución "
                    f"y {enumerar(suyos[nombre])} en tu programa."
                )


def presentar(donde: str, nombre: str, valores: set[str]) -> str:
    """Un argumento, dónde se da y para qué sirve."""
    efecto = f" ({EFECTOS[nombre]})" if nombre in EFECTOS else ""
    dado = [f"{nombre}={valor}" for valor in sorted(valores)]
    return f"{minuscula(sitio(donde))}, {enumerar(dado)}{efecto}"


def sitio(donde: str) -> str:
    """Dónde se da un argumento, al principio de una frase."""
    if donde == LLAMADA:
        return "Al llamar a una task"
    return f"En @{donde}" if donde in (FLOW, TASK) else f"En .{donde}(…)"


def minuscula(texto: str) -> str:
    return texto[0].lower() + texto[1:]


def de_llamadas(tuyo: Rasgos, solucion: Rasgos) -> Iterator[str]:
    """Cómo se llama a las tasks."""
    sin_tasks = not (tuyo.cuantas(TASK) and solucion.cuantas(TASK))
    if sin_tasks or LLAMADA in tuyo.dudas | solucion.dudas:
        return
    for modo in sorted(solucion.modos - tuyo.modos):
        yield f"La solución llama a alguna task {modo}; tu programa, a ninguna."
    for modo in sorted(tuyo.modos - solucion.modos):
        yield f"Tu programa llama a alguna task {modo}; la solución, a ninguna."


def de_imports(tuyo: Rasgos, solucion: Rasgos) -> Iterator[str]:
    """Lo que cada programa trae de Prefect; de los decoradores ya se ha hablado."""
    if "import" in tuyo.dudas | solucion.dudas:
        return
    if solo := solucion.importa - tuyo.importa - {FLOW, TASK}:
        yield f"Solo la solución importa de Prefect {enumerar(solo)}."
    if solo := tuyo.importa - solucion.importa - {FLOW, TASK}:
        yield f"Solo tu programa importa de Prefect {enumerar(solo)}."


def seguras(uno: Rasgos, otro: Rasgos, *de_que: str) -> list[str]:
    """De qué se puede hablar sin riesgo de equivocarse."""
    return [que for que in de_que if que not in uno.dudas | otro.dudas]


def enumerar(partes: set[str] | list[str]) -> str:
    """«a», «a y b» o «a, b y c»."""
    *primeras, ultima = sorted(partes)
    return f"{', '.join(primeras)} y {ultima}" if primeras else ultima


def rasgos(arbol: ast.Module) -> Rasgos:
    """Lo que se puede saber de un programa leyéndolo."""
    vistos = Rasgos()
    nodos = list(ast.walk(arbol))
    decorador = imports(vistos, nodos)
    decoradores = definiciones(vistos, nodos, decorador)
    for nodo in nodos:
        clase = decorador.get(ast.unparse(nodo)) if es_nombre(nodo) else None
        if clase and id(nodo) not in decoradores:
            vistos.dudas.add(clase)  # `task(f)`, o un atributo que se guarda
    llamadas(vistos, nodos)
    return vistos


def es_nombre(nodo: ast.AST) -> bool:
    """Si es un nombre que se lee: `flow` o `prefect.flow`."""
    return isinstance(nodo, ast.Name | ast.Attribute) and isinstance(nodo.ctx, ast.Load)


def imports(vistos: Rasgos, nodos: list[ast.AST]) -> dict[str, str]:
    """Apunta lo que se trae de Prefect.

    Returns:
        Cómo se escriben en este programa los decoradores: `flow`, `prefect.task`…
    """
    decorador: dict[str, str] = {}
    for nodo in nodos:
        if isinstance(nodo, ast.Import):
            for alias in nodo.names:
                if alias.name.partition(".")[0] == "prefect":
                    vistos.dudas.add("import")  # lo demás se usa sin importarlo
                    raiz = alias.asname or "prefect"
                    decorador |= {f"{raiz}.{clase}": clase for clase in (FLOW, TASK)}
        elif isinstance(nodo, ast.ImportFrom) and (nodo.module or "").startswith(
            "prefect"
        ):
            for alias in nodo.names:
                vistos.importa.add(alias.name)
                if nodo.module == "prefect" and alias.name in (FLOW, TASK):
                    decorador[alias.asname or alias.name] = alias.name
    raices = {escrito.partition(".")[0] for escrito in decorador}
    definidas = {n.name for n in nodos if isinstance(n, Funcion | ast.ClassDef)}
    if raices & (definidas | asignados(nodos)):
        vistos.dudas |= {FLOW, TASK, LLAMADA, *SERVIR}
    return decorador


def asignados(nodos: list[ast.AST]) -> set[str]:
    """Los nombres a los que un programa da valor, y los parámetros de sus funciones."""
    variables = {n.id for n in nodos if isinstance(n, ast.Name) and not es_nombre(n)}
    return variables | {n.arg for n in nodos if isinstance(n, ast.arg)}


def definiciones(
    vistos: Rasgos, nodos: list[ast.AST], decorador: dict[str, str]
) -> set[int]:
    """Apunta los flows y las tasks, con los argumentos de su decorador.

    Returns:
        Los nodos que nombran un decorador en su sitio.
    """
    en_su_sitio = set()
    for funcion in (n for n in nodos if isinstance(n, Funcion)):
        for puesto in funcion.decorator_list:
            nombre = puesto.func if isinstance(puesto, ast.Call) else puesto
            if not (clase := decorador.get(ast.unparse(nombre))):
                continue
            en_su_sitio.add(id(nombre))
            apuntar_funcion(vistos, funcion, clase, puesto)
    return en_su_sitio


def apuntar_funcion(
    vistos: Rasgos, funcion: Funcion, clase: str, puesto: ast.expr
) -> None:
    """Apunta un flow o una task; de dos con el mismo nombre no se sabe cuál se usa."""
    if funcion.name in vistos.clases:
        vistos.dudas |= {FLOW, TASK, LLAMADA, *SERVIR}
    vistos.clases[funcion.name] = clase
    vistos.argumentos.setdefault(clase, {})
    if isinstance(puesto, ast.Call):
        vistos.apuntar(clase, puesto.keywords)
    if isinstance(funcion, ast.AsyncFunctionDef):
        vistos.asincronas.add(funcion.name)


def llamadas(vistos: Rasgos, nodos: list[ast.AST]) -> None:
    """Apunta cómo se llama a cada task y con qué se sirve cada flow."""
    contadas = 0
    for nodo in (n for n in nodos if isinstance(n, ast.Call)):
        nombre, modo = llamado(nodo.func)
        clase = vistos.clases.get(nombre)
        if clase == TASK and modo in (DIRECTA, *MODOS):
            contadas += 1
            vistos.modos.add(MODOS.get(modo, DIRECTA))
            suyos = [k for k in nodo.keywords if k.arg in (None, *DE_LA_LLAMADA)]
            vistos.apuntar(LLAMADA, suyos)
        elif clase == FLOW and modo in SERVIR:
            vistos.apuntar(modo, nodo.keywords)
            if nodo.args:
                vistos.dudas.add(modo)  # también se puede dar sin nombre
    tasks = {nombre for nombre, clase in vistos.clases.items() if clase == TASK}
    nombradas = sum(isinstance(n, ast.Name) and n.id in tasks for n in nodos)
    if nombradas != contadas or tasks & asignados(nodos):
        vistos.dudas.add(LLAMADA)  # alguna se usa de otra manera


def llamado(funcion: ast.expr) -> tuple[str, str]:
    """A qué nombre se llama, y cómo: `leer(…)`, directamente; `leer.submit(…)`, con `submit`."""
    match funcion:
        case ast.Name(id=nombre):
            return nombre, DIRECTA
        case ast.Attribute(value=ast.Name(id=nombre), attr=modo):
            return nombre, modo
    return "", ""
