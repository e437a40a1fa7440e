"""Lo que puede variar en una salida: todo lo que se pasa por alto al comparar está aquí.

Cada máscara es una línea que escribe Prefect, Python o pytest, con sus huecos: lo que cambia
de una ejecución a otra. Lo que imprime un programa del lector se compara entero, salvo lo
que la página declare con la marca `varia`. «Cómo se verifica esta guía» publica la lista.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from coolname.data import config as vocabulario

from motor import prefect_por_dentro as por_dentro


def palabras(lista: str) -> set[str]:
    """Las palabras de una lista de coolname, con las que Prefect bautiza los runs."""
    definicion = vocabulario[lista]
    if definicion["type"] == "nested":
        return set().union(*map(palabras, definicion["lists"]))
    return set(definicion["words"])


ADJETIVOS, ANIMALES = palabras("adj_any"), palabras("subj")


def es_bautizo(nombre: str) -> bool:
    """Si un nombre es de los que inventa Prefect: `tidy-bee` sí, `ventas-enero` no."""
    adjetivo, _, animal = nombre.partition("-")
    return adjetivo in ADJETIVOS and animal in ANIMALES


@dataclass(frozen=True)
class Hueco:
    """Algo que varía.

    Attributes:
        patron: la forma que tiene, como expresión regular sin grupos.
        que: qué es, para quien lee la guía.
        varia: si un texto con esa forma puede ser otro; si no, se compara.
        identifica: si dos iguales nombran lo mismo, y dos distintos, cosas distintas.
    """

    patron: str
    que: str
    varia: Callable[[str], bool] = lambda texto: True
    identifica: bool = False


HUECOS = {
    "hora": Hueco(r"[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}", "la hora, con milésimas"),
    "nombre": Hueco(
        r"[a-z]+-[a-z]+(?:-[a-z]+)?",
        "el nombre que Prefect inventa para un *flow run*",
        es_bautizo,
        identifica=True,
    ),
    "sufijo": Hueco(
        rf"[0-9a-f]{{{por_dentro.LARGO_DEL_SUFIJO}}}",
        "los tres caracteres con que termina el de un *task run*",
    ),
    "id": Hueco(
        r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
        "un identificador (UUID)",
        identifica=True,
    ),
    "temporal": Hueco(r"8\d{3}", "el puerto de un servidor temporal", identifica=True),
    "puerto": Hueco(
        r"(?<=127\.0\.0\.1:)(?:\d{4}|[1-6]\d{4})", "un puerto que estaba libre"
    ),
    "fecha": Hueco(
        r"\d{4}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d(?:\.\d+)?",
        "una fecha con su hora; el huso se compara",
    ),
    "duración": Hueco(
        r"\d+\.\d+ ?s\b(?: \(\d+:\d\d:\d\d\))?",
        "lo que tarda algo, en segundos; pytest, si pasa de un minuto, lo dice también en horas",
    ),
    "barra": Hueco(
        r"(?:(?<= s  )|(?<=n›  ))[ ·█]*█",
        "lo que ocupa una barra en un dibujo del calificador",
    ),
    "línea": Hueco(r"\d+", "el número de línea de un archivo que no es tuyo"),
    "python": Hueco(r"3\.\d+", "tu versión de Python"),
    "versión": Hueco(r"\S+", "la de tu equipo"),
    "cuántas": Hueco(r"\d+", "cuántas pruebas, que sí se compara", lambda texto: False),
}
# Los que una página puede declarar para lo que imprimen sus programas.
DECLARABLES = frozenset({"nombre", "id", "puerto", "fecha", "duración", "barra"})

# En las plantillas, «{hueco}» es lo que varía; «…», cualquier texto, que sí se compara.
PRINCIPIOS_DEL_LOG = (
    "{hora} | … | " + por_dentro.HABLA_UN_FLOW_RUN + "{nombre}' - ",
    "{hora} | … | Task run '…-{sufijo}' - ",
    "{hora} | … | … - ",
)
MENSAJES_DEL_LOG = (
    por_dentro.EMPIEZA_UN_FLOW + "{nombre}' for flow '…'",
    por_dentro.EMPIEZA_UN_SUBFLOW + "{nombre}' for flow '…'",
    "View at http://127.0.0.1:4200/runs/flow-run/{id}",
    "Starting temporary server on http://127.0.0.1:{temporal}",
    "Stopping temporary server on http://127.0.0.1:{temporal}",
    por_dentro.TERMINA + " NotReady(\"Upstream task run '{id}' did not reach a "
    "'COMPLETED' state.\", type=PENDING)",
    "Worker 'ProcessWorker {id}' submitting flow run '{id}'",
    "Flow run '{nombre}' submitted to infrastructure",
    "Aborted submission of flow run '{id}': Server returned a non-pending state '…'",
)
LINEAS_DE_PREFECT = (
    "Worker 'ProcessWorker {id}' started!",
    "Worker 'ProcessWorker {id}' stopped!",
    "You can also run your flow via the Prefect UI: "
    "http://127.0.0.1:4200/deployments/deployment/{id}",
    "└── UUID: {id}",
    "│ {id} │ …",
    "Python version:       {versión}",
    "OS/Arch:              {versión}",
    "  SQLite version:     {versión}",
)
LINEAS_DE_PYTHON = (
    '…File "/home/ana/guia-prefect/.venv/lib/python{python}/…", line {línea}…',
    '…File "/usr/lib/python{python}/…", line {línea}…',
    "certificate (_ssl.c:{línea})",
)
LINEAS_DE_PYTEST = ("{cuántas} passed in {duración}", "{cuántas} failed in {duración}")
# Salen o no según la carga de la máquina: no cuentan al comparar ni se publican.
LINEAS_OCASIONALES = (
    "{hora} | WARNING | EventsWorker - Still processing items: … items remaining...",
    "Still processing items: … items remaining...",
    "{hora} | INFO    | prefect.runner - … scheduled runs skipped (at capacity)",
    # Con su traza: Dask se desmonta al acabar el flow, y un worker aún busca al scheduler.
    "{hora} | ERROR   | distributed.worker - Failed to communicate with scheduler during …",
    # Con su traza: el servidor temporal se apaga mientras anota, y el programa ya terminó.
    "{hora} | ERROR   | prefect.server.services.task_run_recorder - Error flushing … events (…)",
)
# Lo que puede haber en una traza; lo demás es de quien viene detrás.
DE_UNA_TRAZA = re.compile(
    r"$|\s|Traceback \(most recent|(During handling of|The above exception)\b"
    r"|[\w.]+(Error|Exception)\b"
)


class Plantilla:
    """Una línea con huecos, y cómo se tapan."""

    def __init__(self, texto: str) -> None:
        self.texto = texto
        self.partes = re.split(r"(\{\w+\}|…)", texto)

    @cached_property
    def patron(self) -> re.Pattern[str]:
        """La plantilla como expresión regular, con un grupo por parte."""
        return re.compile("".join(f"({self._patron_de(p)})" for p in self.partes))

    @staticmethod
    def _patron_de(parte: str) -> str:
        if parte == "…":
            return ".*?"
        nombre = parte[1:-1]
        return HUECOS[nombre].patron if parte[:1] == "{" else re.escape(parte)

    def tapar(self, linea: str) -> str | None:
        """La línea con los huecos tapados; nada, si no es de esta plantilla."""
        hallazgo = self.patron.fullmatch(linea)
        return hallazgo and self._tapado(hallazgo)

    def tapar_principio(self, linea: str) -> tuple[str, str] | None:
        """Lo mismo con el principio de una línea; y aparte, el resto sin tocar."""
        hallazgo = self.patron.match(linea)
        return hallazgo and (self._tapado(hallazgo), linea[hallazgo.end() :])

    def _tapado(self, hallazgo: re.Match[str]) -> str:
        return "".join(map(tapar_parte, self.partes, hallazgo.groups()))


def tapar_parte(parte: str, texto: str) -> str:
    if parte[:1] != "{":
        return texto
    nombre = parte[1:-1]
    hueco = HUECOS[nombre]
    if not hueco.varia(texto):
        return texto
    return f"‹{nombre}={texto}›" if hueco.identifica else f"‹{nombre}›"


PRINCIPIOS = [Plantilla(texto) for texto in PRINCIPIOS_DEL_LOG]
MENSAJES = [Plantilla(texto) for texto in MENSAJES_DEL_LOG]
LINEAS = [
    Plantilla(texto)
    for texto in (*LINEAS_DE_PREFECT, *LINEAS_DE_PYTHON, *LINEAS_DE_PYTEST)
]
OCASIONALES = [Plantilla(texto) for texto in LINEAS_OCASIONALES]


def tapar(linea: str, declarados: Iterable[str] = ()) -> str:
    """Sustituye lo que varía por su nombre entre ‹comillas›.

    Args:
        linea: la que se va a comparar.
        declarados: los huecos que la página dice que hay en lo que imprime su programa.
    """
    for principio in PRINCIPIOS:
        if partida := principio.tapar_principio(linea):
            return partida[0] + tapar_con(MENSAJES, partida[1], declarados)
    return tapar_con(LINEAS, linea, declarados)


def tapar_con(
    plantillas: list[Plantilla], linea: str, declarados: Iterable[str]
) -> str:
    """La línea tapada con la primera plantilla que le sirva, o con lo declarado."""
    for plantilla in plantillas:
        if (tapada := plantilla.tapar(linea)) is not None:
            return tapada
    for nombre in declarados:
        linea = re.sub(
            rf"(?<![\w.]){HUECOS[nombre].patron}(?!\w)",
            lambda hallazgo, nombre=nombre: tapar_parte(f"{{{nombre}}}", hallazgo[0]),
            linea,
        )
    return linea


def numerar(lineas: list[str]) -> list[str]:
    """Cambia lo que identifica algo por su número de orden: «el primer run», «el segundo»."""
    vistos: dict[str, list[str]] = {}

    def numero(hallazgo: re.Match[str]) -> str:
        nombre, valor = hallazgo.groups()
        iguales = vistos.setdefault(nombre, [])
        if valor not in iguales:
            iguales.append(valor)
        return f"‹{nombre} {iguales.index(valor) + 1}›"

    return [re.sub(r"‹(\w+)=([^›]+)›", numero, linea) for linea in lineas]


def sin_ocasionales(lineas: Iterable[str]) -> Iterator[str]:
    """Sin las líneas que unas veces salen y otras no; si son de un error, sin su traza."""
    en_su_traza = False
    for linea in lineas:
        if any(plantilla.patron.fullmatch(linea) for plantilla in OCASIONALES):
            en_su_traza = " | ERROR " in linea
        elif not (en_su_traza and DE_UNA_TRAZA.match(linea)):
            en_su_traza = False
            yield linea


def publicar(declaradas: dict[str, set[str]]) -> str:
    """La lista entera en Markdown, para la página que cuenta cómo se verifica la guía.

    Args:
        declaradas: de cada página, como enlace, los huecos que declara.
    """
    grupos = {
        "el principio de una línea del log": PRINCIPIOS_DEL_LOG,
        "lo que dice esa línea": MENSAJES_DEL_LOG,
        "otras líneas de Prefect": LINEAS_DE_PREFECT,
        "una traza de Python": LINEAS_DE_PYTHON,
        "el resumen de pytest": LINEAS_DE_PYTEST,
        "de Prefect; unas veces sale y otras no": LINEAS_OCASIONALES,
    }
    filas = [f"- **‹{nombre}›**: {hueco.que}" for nombre, hueco in HUECOS.items()]
    filas += ["", "| Línea | Dónde |", "| --- | --- |"]
    filas += [
        f"| `{con_comillas(texto)}` | {donde} |"
        for donde, textos in grupos.items()
        for texto in textos
    ]
    filas += ["", "Lo que declaran las páginas de sus programas:", ""]
    filas += [f"- {p}: {', '.join(sorted(h))}" for p, h in declaradas.items() if h]
    return "\n".join(filas) + "\n"


def con_comillas(plantilla: str) -> str:
    return re.sub(r"\{(\w+)\}", r"‹\1›", plantilla).strip()
