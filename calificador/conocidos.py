"""Los errores más comunes de un programa del estudiante, por temas: qué hacer y dónde se explica.

Se prueban en el orden de `CONOCIDOS`, y gana el primero: dentro de un tema, lo concreto va
antes que lo general, y los de Python, que los dice cualquier programa, los últimos.
"""

from typing import NamedTuple

from motor import prefect_por_dentro as por_dentro


class Conocido(NamedTuple):
    """Un error que se sabe explicar.

    Attributes:
        patron: lo que lo delata en la línea del error; sus grupos con nombre son datos.
        consejo: qué hacer; `\\g<nombre>` es lo que ha captado ese grupo.
        pagina: dónde se explica.
    """

    patron: str
    consejo: str
    pagina: str


OTRA_VERSION = (
    "Eso es de Prefect 1 o 2, y aquí se usa Prefect 3: un flow es una función con @flow, y se "
    "ejecuta llamándola.",
    "guias/pedir-ayuda#chat",
)
SIN_FUTURE = (
    ".submit() y .map() no devuelven el resultado, sino un future. Dáselo tal cual a otra "
    "task, o pídele el valor con .result().",
    "referencia/glosario#future",
)
# De dónde se importa lo que enseña la guía, y la página que lo enseña.
IMPORTS = {
    "from prefect import flow, task": ("flow|task", "tutorial/flow-y-task#flow"),
    "from prefect import get_run_logger": (
        "get_run_logger",
        "tutorial/flow-y-task#log",
    ),
    "from prefect import serve": ("serve", "tutorial/programacion#varios"),
    "from prefect import unmapped": ("unmapped", "tutorial/combinar-tasks#map"),
    "from prefect.cache_policies import INPUTS, TASK_SOURCE": (
        "INPUTS|TASK_SOURCE",
        "tutorial/cache#reutilizar",
    ),
    "from prefect.cache_policies import NO_CACHE": (
        "NO_CACHE",
        "tutorial/cache#no-comparables",
    ),
    "from prefect.schedules import Cron, Interval": (
        "Cron|Interval",
        "tutorial/programacion#varios",
    ),
    "import pandas as pd": ("pd", "tutorial/primer-flow#programa"),
    "from pathlib import Path": ("Path", "tutorial/primer-flow#rutas"),
    "import time": ("time", "tutorial/dependencias#llamadas-directas"),
}
SIN_ARGUMENTO = r"\(\) got an unexpected keyword argument"
EN_FLOW = rf"(__call__|(?<!\w)flow){SIN_ARGUMENTO}"
SOLO_DE_LA_TASK = "\\g<que> es de cada task: va en @task, y no en @flow."

SIN_IMPORTAR = [
    Conocido(
        rf"NameError: name '({nombres})' is not defined",
        f"Te falta importarlo al principio del archivo: {linea}.",
        pagina,
    )
    for linea, (nombres, pagina) in IMPORTS.items()
]
DE_OTRA_VERSION = [
    Conocido(
        r"(ModuleNotFoundError: No module named|ImportError: cannot import name .* from) "
        r"'prefect\b",
        *OTRA_VERSION,
    ),
    Conocido(
        rf"{por_dentro.DE_OTRA_VERSION}|{por_dentro.SIN_FUNCION}"
        r"|'Flow' object (has no attribute '(run|register|set_dependencies|visualize_|__)"
        r"|does not support the context manager)"
        r"|unexpected keyword argument '(trigger|checkpoint)'",
        *OTRA_VERSION,
    ),
]
DE_UN_DECORADOR = [
    Conocido(
        r"unexpected keyword argument '(max_retries|retry_delay)'",
        "En Prefect 3 se llaman retries y retry_delay_seconds.",
        "tutorial/reintentos#que-ha-pasado",
    ),
    Conocido(
        rf"{SIN_ARGUMENTO} 'cache'",
        "Se llama cache_policy, y su valor es una política: cache_policy=INPUTS + TASK_SOURCE.",
        "tutorial/cache#reutilizar",
    ),
    Conocido(
        rf"{EN_FLOW} '(?P<que>cache_policy|cache_key_fn|cache_expiration)'",
        SOLO_DE_LA_TASK,
        "tutorial/cache#reutilizar",
    ),
    Conocido(
        rf"{EN_FLOW} '(?P<que>retry_condition_fn)'",
        SOLO_DE_LA_TASK,
        "tutorial/reintentos#condicion",
    ),
    Conocido(
        rf"(__call__|(?<!\w)flow|(?<!\w)task){SIN_ARGUMENTO}",
        "El decorador no tiene ese argumento: compara su nombre, letra por letra, con el de la "
        "página; por ejemplo log_prints, retries o cache_policy.",
        "tutorial/flow-y-task#decorador",
    ),
    Conocido(
        por_dentro.POLITICA_QUE_NO_LO_ES,
        "cache_policy no es un texto, sino una política: escríbela sin comillas, como "
        "cache_policy=INPUTS + TASK_SOURCE.",
        "tutorial/cache#reutilizar",
    ),
    Conocido(
        por_dentro.CONDICION_QUE_NO_LO_ES,
        "retry_condition_fn es una función: escribe su nombre, sin comillas ni paréntesis.",
        "tutorial/reintentos#condicion",
    ),
]
DE_LAS_TASKS = [
    Conocido(
        por_dentro.MAP_SIN_LISTA,
        ".map() llama a la task una vez por cada elemento: dale una lista, y no un texto.",
        "tutorial/combinar-tasks#map",
    ),
    Conocido(por_dentro.UN_FUTURE, *SIN_FUTURE),
    Conocido(
        r"'coroutine' object",
        "Una función async se espera con await: sin él, devuelve una corrutina y no su "
        "resultado.",
        "tutorial/combinar-tasks#gather",
    ),
]
DE_LOS_PARAMETROS = [
    Conocido(
        rf"{por_dentro.PARAMETROS_QUE_NO_CASAN}.*missing",
        "Un parámetro sin valor por omisión hay que darlo al llamar al flow; el valor va en la "
        "línea de def, con =.",
        "tutorial/flow-y-task#parametros",
    ),
    Conocido(
        rf"{por_dentro.PARAMETRO_DE_OTRO_TIPO}|{por_dentro.PARAMETROS_QUE_NO_CASAN}",
        "",
        "tutorial/flow-y-task#parametros",
    ),
]
DE_LOS_HOOKS = [
    Conocido(
        por_dentro.HOOK_SIN_LISTA,
        "Prefect espera una lista, aunque lleve una sola función: \\g<hook>=[avisar], con "
        "corchetes.",
        "produccion/avisos#hook",
    ),
    Conocido(
        por_dentro.HOOK_QUE_NO_LO_ES,
        "En esa lista va el nombre de cada función, sin comillas ni paréntesis: "
        "\\g<hook>=[avisar].",
        "produccion/avisos#hook",
    ),
]
DE_UN_DEPLOYMENT = [
    Conocido(
        rf"{por_dentro.INTERVALO_MALO}.*input_type=(int|float)",
        "schedule no admite un número suelto: escribe Interval(3600), de prefect.schedules, o "
        "usa interval=3600.",
        "tutorial/programacion#varios",
    ),
    Conocido(
        por_dentro.INTERVALO_MALO,
        "interval no entiende textos: escribe segundos, 30, o timedelta(seconds=30).",
        "tutorial/programacion#errores",
    ),
    Conocido(
        por_dentro.PARAMETROS_QUE_NO_SON_DICCIONARIO,
        "parameters es un diccionario, con el nombre de cada parámetro y su valor: "
        'parameters={"tienda": "Puebla"}.',
        "ejercicios/09-deployment#enunciado",
    ),
    Conocido(
        por_dentro.SERVIR_LO_QUE_NO_ES,
        "serve(…) recibe los deployments separados por comas, sin corchetes: serve(uno, otro). "
        "Cada uno lo da to_deployment(…).",
        "tutorial/programacion#varios",
    ),
    Conocido(
        r"'NoneType' object has no attribute 'serve'",
        "Sobran los paréntesis del flow: .serve(…) se pide sin llamarlo antes.",
        "tutorial/programacion#serve",
    ),
    Conocido(
        por_dentro.CRON_MALO,
        "Un cron son cinco campos separados por espacios: minuto, hora, día del mes, mes y día "
        'de la semana. Las 8:00 de cada día son "0 8 * * *".',
        "tutorial/programacion#cron",
    ),
    Conocido(
        por_dentro.ZONA_MALA,
        "Una zona se escribe letra por letra, con su continente: America/Mexico_City.",
        "produccion/horarios#errores",
    ),
    Conocido(
        por_dentro.SIN_CODIGO,
        "Di primero dónde está el código: flow.from_source(source=…, entrypoint=…).deploy(…).",
        "produccion/horarios#varios",
    ),
    Conocido(
        por_dentro.REPOSITORIO_QUE_NO_ES_UN_TEXTO,
        "La dirección de un repositorio es un texto, y le das una ruta: "
        "GitRepository(str(ruta), …).",
        "produccion/deployments#python",
    ),
    Conocido(
        por_dentro.SIN_CLONAR,
        "git no ha podido copiarlo. Si la dirección está bien, puede ser la rama: escríbela "
        "letra por letra.",
        "produccion/deployments#python",
    ),
    Conocido(
        por_dentro.SIN_ESE_FLOW,
        "En ese archivo no hay un flow que se llame \\g<funcion>. Detrás de los dos puntos, "
        'entrypoint="archivo.py:nombre", va el de una función con @flow, como está en su def.',
        "produccion/deployments#python",
    ),
    Conocido(
        por_dentro.SIN_WORK_POOL,
        "Da a .deploy(…) el work pool del enunciado, con work_pool_name. Si no pide ninguno, usa "
        ".serve(…).",
        "tutorial/work-pools#deploy",
    ),
]
DEL_SERVIDOR = [
    Conocido(
        por_dentro.SIN_SERVIDOR,
        "¿Da tu programa valor a PREFECT_API_URL? Quítalo: la dirección del servidor se pone "
        "fuera.",
        "guias/pedir-ayuda#no-contesta",
    ),
    Conocido(
        por_dentro.CLIENTE_ASINCRONO,
        "No hace falta async: pide el otro cliente, with get_client(sync_client=True) as "
        "cliente.",
        "tutorial/ui-local#preguntar",
    ),
    Conocido(
        por_dentro.TIPOS_DE_ESTADO,
        "any_ lleva una lista de tipos de estado, como COMPLETED, y no de nombres, como "
        "Completed. Los cuatro en que se termina están en TERMINAL_STATES, de "
        "prefect.client.schemas.objects.",
        "tutorial/estados-y-resultados#que-ha-pasado",
    ),
]
DE_LOS_BLOCKS = [
    Conocido(
        rf"{por_dentro.SIN_BLOCK}|_GeneratorContextManager",
        "",
        "guias/bases-de-datos#errores",
    ),
    Conocido(
        r"unable to open database file",
        "SQLite crea el archivo, pero no su carpeta: antes de conectar, "
        "mkdir(parents=True, exist_ok=True).",
        "guias/bases-de-datos#sqlite",
    ),
    Conocido(
        r"ObjectNotExecutableError|Not an executable object",
        "Una consulta escrita a mano se envuelve con text(…), de sqlalchemy.",
        "guias/bases-de-datos#que-ha-pasado",
    ),
]
DE_LAS_TABLAS = [
    Conocido(
        r"'Series' object has no attribute|Series\.sort_values\(\) takes",
        "Es una columna suelta (Series) y no una tabla. Conviértela con .reset_index(), o "
        "agrupa con groupby(…, as_index=False).",
        "tutorial/primer-flow#transformar",
    ),
    Conocido(
        r"'NoneType' object (is not subscriptable"
        r"|has no attribute '(to_parquet|drop_duplicates|dropna|groupby|merge)')",
        "Eso es None, y no una tabla: ¿le falta el return a la función que debía darla?",
        "tutorial/primer-flow#que-ha-pasado",
    ),
    Conocido(
        r"KeyError",
        "Ahí no existe esa columna, o esa clave: mira cómo se llama de verdad.",
        "referencia/datos#columnas",
    ),
]
DE_LOS_ARCHIVOS = [
    Conocido(
        r"non-existent directory",
        "La carpeta no existe donde se comprueba, aunque en tu equipo ya esté: créala antes de "
        "guardar con ruta.parent.mkdir(parents=True, exist_ok=True).",
        "tutorial/primer-flow#cargar",
    ),
    Conocido(
        r"FileNotFoundError",
        "Calcula las rutas desde __file__.",
        "tutorial/primer-flow#rutas",
    ),
]
DE_PYTHON = [
    Conocido(
        r"ModuleNotFoundError",
        "Si es un archivo tuyo, tiene que estar en la misma carpeta; si es una biblioteca, no "
        "es de las que instala la guía.",
        "tutorial/instalacion#instalar",
    ),
    Conocido(
        r"NameError",
        "Python no conoce ese nombre: falta su import, va antes de donde se define o está "
        "escrito de otra manera.",
        "guias/pedir-ayuda#leerlo",
    ),
    Conocido(
        r"MemoryError",
        "Pide demasiada memoria: ¿crece algo dentro de un bucle sin fin?",
        "guias/pedir-ayuda#leerlo",
    ),
    Conocido(
        r"RecursionError",
        "Una función se llama a sí misma y no para nunca, quizá a través de otra.",
        "guias/pedir-ayuda#leerlo",
    ),
]
CONOCIDOS = [
    *SIN_IMPORTAR,
    *DE_OTRA_VERSION,
    *DE_UN_DECORADOR,
    *DE_LAS_TASKS,
    *DE_LOS_PARAMETROS,
    *DE_LOS_HOOKS,
    *DE_UN_DEPLOYMENT,
    *DEL_SERVIDOR,
    *DE_LOS_BLOCKS,
    *DE_LAS_TABLAS,
    *DE_LOS_ARCHIVOS,
    *DE_PYTHON,
]
