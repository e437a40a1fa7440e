"""Los errores más comunes de un programa del estudiante: qué hacer y dónde se explica."""

import re

from motor import prefect_por_dentro as por_dentro

SIN_CONOCER = ("", "guias/pedir-ayuda")
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
POR_SU_NOMBRE = re.compile(
    r"^(?P<error>[\w.]+(Error|Exception|Exit|Quit|Invalid\w*)\b)", re.MULTILINE
)
# Hay errores que no se llaman así, y los que se inventa cada cual.
FIN_DE_TRAZA = re.compile(
    r"^Traceback \(most recent call last\):\n( .*\n)+(?P<error>\S)", re.MULTILINE
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
SIN_IMPORTAR = [
    (
        rf"NameError: name '({nombres})' is not defined",
        f"Te falta importarlo al principio del archivo: {linea}.",
        pagina,
    )
    for linea, (nombres, pagina) in IMPORTS.items()
]
CONOCIDOS = [
    *SIN_IMPORTAR,
    (
        r"(ModuleNotFoundError: No module named|ImportError: cannot import name .* from) "
        r"'prefect\b",
        *OTRA_VERSION,
    ),
    (
        rf"{por_dentro.DE_OTRA_VERSION}|{por_dentro.SIN_FUNCION}"
        r"|'Flow' object (has no attribute '(run|register|set_dependencies|visualize_|__)"
        r"|does not support the context manager)"
        r"|unexpected keyword argument '(trigger|checkpoint)'",
        *OTRA_VERSION,
    ),
    (
        r"unexpected keyword argument '(max_retries|retry_delay)'",
        "En Prefect 3 se llaman retries y retry_delay_seconds.",
        "tutorial/reintentos#que-ha-pasado",
    ),
    (
        r"(__call__|(?<!\w)flow|(?<!\w)task)\(\) got an unexpected keyword argument",
        "El decorador no tiene ese argumento: compara su nombre, letra por letra, con el de la "
        "página; por ejemplo log_prints, retries o cache_policy.",
        "tutorial/flow-y-task#decorador",
    ),
    (
        r"ModuleNotFoundError",
        "Si es un archivo tuyo, tiene que estar en la misma carpeta; si es una biblioteca, no "
        "es de las que instala la guía.",
        "tutorial/instalacion#instalar",
    ),
    (
        r"NameError",
        "Python no conoce ese nombre: falta su import, va antes de donde se define o está "
        "escrito de otra manera.",
        "guias/pedir-ayuda#leerlo",
    ),
    (
        por_dentro.MAP_SIN_LISTA,
        ".map() llama a la task una vez por cada elemento: dale una lista, y no un texto.",
        "tutorial/combinar-tasks#map",
    ),
    (
        por_dentro.SIN_SERVIDOR,
        "¿Da tu programa valor a PREFECT_API_URL? Quítalo: la dirección del servidor se pone "
        "fuera.",
        "guias/pedir-ayuda#no-contesta",
    ),
    (
        r"MemoryError",
        "Pide demasiada memoria: ¿crece algo dentro de un bucle sin fin?",
        "guias/pedir-ayuda#leerlo",
    ),
    (
        r"KeyError",
        "Ahí no existe esa columna, o esa clave: mira cómo se llama de verdad.",
        "referencia/datos#columnas",
    ),
    (
        r"RecursionError",
        "Una función se llama a sí misma y no para nunca, quizá a través de otra.",
        "guias/pedir-ayuda#leerlo",
    ),
    (por_dentro.UN_FUTURE, *SIN_FUTURE),
    (
        r"'coroutine' object",
        "Una función async se espera con await: sin él, devuelve una corrutina y no su "
        "resultado.",
        "tutorial/combinar-tasks#gather",
    ),
    (
        r"'Series' object has no attribute|Series\.sort_values\(\) takes",
        "Es una columna suelta (Series) y no una tabla. Conviértela con .reset_index(), o "
        "agrupa con groupby(…, as_index=False).",
        "tutorial/primer-flow#transformar",
    ),
    (
        r"'NoneType' object (is not subscriptable"
        r"|has no attribute '(to_parquet|drop_duplicates|dropna|groupby|merge)')",
        "Eso es None, y no una tabla: ¿le falta el return a la función que debía darla?",
        "tutorial/primer-flow#que-ha-pasado",
    ),
    (
        r"non-existent directory",
        "La carpeta no existe donde se comprueba, aunque en tu equipo ya esté: créala antes de "
        "guardar con ruta.parent.mkdir(parents=True, exist_ok=True).",
        "tutorial/primer-flow#cargar",
    ),
    (
        r"FileNotFoundError",
        "Calcula las rutas desde __file__.",
        "tutorial/primer-flow#rutas",
    ),
    (
        r"unable to open database file",
        "SQLite crea el archivo, pero no su carpeta: antes de conectar, "
        "mkdir(parents=True, exist_ok=True).",
        "guias/bases-de-datos#sqlite",
    ),
    (
        rf"{por_dentro.SIN_BLOCK}|_GeneratorContextManager",
        "",
        "guias/bases-de-datos#errores",
    ),
    (
        r"ObjectNotExecutableError|Not an executable object",
        "Una consulta escrita a mano se envuelve con text(…), de sqlalchemy.",
        "guias/bases-de-datos#que-ha-pasado",
    ),
    (
        rf"{por_dentro.PARAMETROS_QUE_NO_CASAN}.*missing",
        "Un parámetro sin valor por omisión hay que darlo al llamar al flow; el valor va en la "
        "línea de def, con =.",
        "tutorial/flow-y-task#parametros",
    ),
    (
        rf"{por_dentro.PARAMETRO_DE_OTRO_TIPO}|{por_dentro.PARAMETROS_QUE_NO_CASAN}",
        "",
        "tutorial/flow-y-task#parametros",
    ),
    (
        rf"{por_dentro.INTERVALO_MALO}.*input_type=(int|float)",
        "schedule no admite un número suelto: escribe Interval(3600), de prefect.schedules, o "
        "usa interval=3600.",
        "tutorial/programacion#varios",
    ),
    (
        por_dentro.INTERVALO_MALO,
        "interval no entiende textos: escribe segundos, 30, o timedelta(seconds=30).",
        "tutorial/programacion#errores",
    ),
    (
        r"'NoneType' object has no attribute 'serve'",
        "Sobran los paréntesis del flow: .serve(…) se pide sin llamarlo antes.",
        "tutorial/programacion#serve",
    ),
    (
        por_dentro.SIN_WORK_POOL,
        "Para desplegar sin work pool, usa .serve(…).",
        "tutorial/programacion#serve",
    ),
]


def explicar(error: str) -> tuple[str, str]:
    """El consejo para un error y la página que lo explica; sin consejo, si no es común."""
    for patron, consejo, pagina in CONOCIDOS:
        if re.search(patron, error):
            return consejo, pagina
    return SIN_CONOCER


def ultimo_error(salida: str) -> str:
    """La línea de una traza que dice qué ha fallado y, si es un campo que no vale, cuál."""
    hallados = [*POR_SU_NOMBRE.finditer(salida), *FIN_DE_TRAZA.finditer(salida)]
    if not hallados:
        return ""
    lineas = salida[max(h.start("error") for h in hallados) :].splitlines()
    if "validation error" in lineas[0]:  # pydantic lo cuenta en las dos siguientes
        return " ".join(map(str.strip, lineas[:3]))
    # Prefect, al rechazar parámetros, los cuenta debajo, uno por línea.
    return " ".join([lineas[0], *(li for li in lineas[1:3] if li.startswith(" - "))])
