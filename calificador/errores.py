"""Los errores más comunes de un programa del estudiante: qué hacer y dónde se explica."""

import re

SIN_CONOCER = ("", "guias/pedir-ayuda")
CONOCIDOS = [
    (
        r"ModuleNotFoundError",
        "¿Has activado el entorno virtual?",
        "tutorial/instalacion#entorno",
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
        r"Unable to find block document|_GeneratorContextManager",
        "",
        "guias/bases-de-datos#errores",
    ),
    (
        r"ObjectNotExecutableError|Not an executable object",
        "Una consulta escrita a mano se envuelve con text(…), de sqlalchemy.",
        "guias/bases-de-datos#que-ha-pasado",
    ),
    (
        r"ParameterBindError.*missing",
        "Un parámetro sin valor por omisión hay que darlo al llamar al flow; el valor va en la "
        "línea de def, con =.",
        "tutorial/flow-y-task#parametros",
    ),
    (
        r"Parameter(Type|Bind)Error",
        "",
        "tutorial/flow-y-task#parametros",
    ),
    (
        r"IntervalSchedule",
        "interval no entiende textos: escribe segundos, 30, o timedelta(seconds=30).",
        "tutorial/programacion#errores",
    ),
    (
        r"'NoneType' object has no attribute 'serve'",
        "Sobran los paréntesis del flow: .serve(…) se pide sin llamarlo antes.",
        "tutorial/programacion#serve",
    ),
    (
        r"work pool",
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
    lineas = salida.splitlines()
    patron = re.compile(r"[\w.]+(Error|Exception|Exit|Invalid\w*)\b")
    donde = [i for i, linea in enumerate(lineas) if patron.match(linea)]
    if not donde:
        return ""
    error = lineas[donde[-1]]
    if "validation error" in error:  # pydantic lo cuenta en las dos líneas siguientes
        error = " ".join(map(str.strip, lineas[donde[-1] : donde[-1] + 3]))
    return error
