"""Ejercicio 4: lo que muestra la interfaz, preguntado a la API."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect import flow
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, State
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Completed, Crashed, Failed, Running, Scheduled

from calificador.practica import Practica
from calificador.veredicto import Punto

ANTIGUA, FUTURA = "calificador-antigua", "calificador-futura"
EN_MARCHA = "calificador-en-marcha"
CON_SORT = "con sort; el valor está en FlowRunSort."
RECOGE, LIMPIA, RESUME = "recoge-ventas", "limpia-ventas", "resume-ventas"
TERMINADAS = FlowRunFilter(
    state=FlowRunFilterState(
        type=FlowRunFilterStateType(any_=sorted(TERMINAL_STATES, key=str))
    )
)
INSTANTE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.+Z]*")
MARGEN_S = 0.1  # entre dos formas de medir lo mismo
PREGUNTAR = "tutorial/ui-local#preguntar"


@dataclass(frozen=True)
class Ejecucion:
    """Lo que el programa tiene que contar de una ejecución."""

    flow: str
    estado: str
    segundos: float


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    apuntar_historia(practica)
    esperadas = ultimas(practica)
    salida = practica.ejecutar(con_flow=False).salida
    if not practica.diagnostico.fuente.da_argumento("sort"):
        yield sin_pedir_orden(salida, esperadas)
    yield from cuales(salida, esperadas)
    yield from detalles(salida, esperadas)


def sin_pedir_orden(salida: str, esperadas: list[Ejecucion]) -> Punto:
    """Que a quien no pide orden no le salgan otras tres: no es que le falten estados."""
    faltan = [e.flow for e in esperadas if e.flow not in salida]
    return Punto(
        "al_reves",
        "Las tres que salen son las últimas",
        not (len(faltan) == 1 and ANTIGUA in salida),
        f"Salen tres terminadas, pero una es {ANTIGUA}, que es anterior a {' y '.join(faltan)}: "
        f"sin pedir orden, la API da las que quiere. Pídeselo {CON_SORT}",
        PREGUNTAR,
    )


def cuales(salida: str, esperadas: list[Ejecucion]) -> Iterator[Punto]:
    """Que sean las tres últimas terminadas, y en orden."""
    nombres = [ejecucion.flow for ejecucion in esperadas]
    yield Punto(
        "sin_flows",
        "Salen ejecuciones, con el nombre de su flow",
        any(nombre in salida for nombre in (*nombres, ANTIGUA, FUTURA, EN_MARCHA)),
        "En lo que imprime no está ninguno de los flows que hay en el servidor. Pregunta a la "
        "API, sin escribir nada a mano. El nombre de dos palabras es el de la ejecución; el de "
        "su flow lo da read_flow(run.flow_id).",
        "ejercicios/04-ui#enunciado",
    )
    yield Punto(
        "programadas",
        "Solo salen ejecuciones terminadas",
        FUTURA not in salida and EN_MARCHA not in salida,
        f"Sale {FUTURA if FUTURA in salida else EN_MARCHA}, que aún no ha terminado: en el "
        "servidor están también las programadas y las que están en marcha. Filtra por tipo de "
        "estado al preguntar.",
        PREGUNTAR,
    )
    faltan = [nombre for nombre in nombres if nombre not in salida]
    yield Punto(
        "sin_fallos",
        "Las que terminan mal también salen",
        not (faltan and ANTIGUA in salida),
        f"Sale {ANTIGUA}, pero no {', '.join(faltan)}, que ha terminado después: "
        f"{', '.join(f'{e.flow}, en {e.estado}' for e in esperadas)}. Se puede terminar en "
        "cuatro estados: están en TERMINAL_STATES, de prefect.client.schemas.objects.",
        "tutorial/estados-y-resultados#que-ha-pasado",
    )
    yield Punto(
        "menos_de_tres",
        "Salen los flows de las tres últimas ejecuciones",
        not faltan,
        f"Acaban de terminar {', '.join(nombres)}, y no veo {', '.join(faltan)}. Pide a la API "
        "tres ejecuciones, con limit=3, y muestra el nombre de cada flow.",
        PREGUNTAR,
    )
    yield Punto(
        "de_mas",
        "No sale ninguna más",
        ANTIGUA not in salida,
        "También muestra ejecuciones anteriores a las tres últimas. Pide tres con limit=3.",
        PREGUNTAR,
    )
    yield Punto(
        "al_reves",
        "La más reciente va primero",
        bool(re.search(".*".join(map(re.escape, nombres)), salida, re.DOTALL)),
        f"El orden debe ser {', '.join(nombres)}. Pídeselo a la API {CON_SORT}",
        PREGUNTAR,
    )


def detalles(salida: str, esperadas: list[Ejecucion]) -> Iterator[Punto]:
    """Que de cada una se diga su estado y su duración."""
    estados = Counter(ejecucion.estado.casefold() for ejecucion in esperadas)
    yield Punto(
        "sin_estado",
        "Cada una, con su estado",
        all(salida.casefold().count(e) >= veces for e, veces in estados.items()),
        f"Los estados son {', '.join(e.estado for e in esperadas)}, y no los veo todos. Cada "
        "ejecución trae el suyo en state_name.",
        "tutorial/ui-local#interfaz",
    )
    yield Punto(
        "sin_duracion",
        "Cada una, con lo que ha durado",
        dice_duraciones(salida, esperadas),
        "La API dice que han durado "
        f"{', '.join(f'{e.segundos:.1f}' for e in esperadas)} s, y no es lo que muestras. Cada "
        "ejecución trae su duración en total_run_time.",
        PREGUNTAR,
    )


def apuntar_historia(practica: Practica) -> None:
    """Lo que hay en el servidor: una antigua, las tres últimas, una a medias y una programada.

    Las últimas terminan mal, cada una a su manera: quien no pregunta por todas ve la antigua.
    """
    apuntar(practica, ANTIGUA, Running(), Completed())
    apuntar(practica, RECOGE, Running(), Failed(), segundos=0.1)
    apuntar(practica, LIMPIA, Running(), Crashed(), segundos=0.5)
    apuntar(practica, RESUME, Running(), Cancelled(), segundos=0.3)
    apuntar(practica, EN_MARCHA, Running())
    en_una_hora = datetime.now(UTC) + timedelta(hours=1)
    apuntar(practica, FUTURA, Scheduled(scheduled_time=en_una_hora))


def apuntar(
    practica: Practica, nombre: str, *estados: State, segundos: float = 0
) -> None:
    """Apunta en el servidor una ejecución que pasa por esos estados.

    Args:
        practica: en su servidor.
        nombre: el de su flow.
        estados: del primero al último.
        segundos: lo que tarda en llegar al último.
    """
    run = practica.cliente.create_flow_run(flow(lambda: None, name=nombre))
    *previos, ultimo = estados
    for estado in previos:
        practica.cliente.set_flow_run_state(run.id, estado, force=True)
    time.sleep(segundos)
    practica.cliente.set_flow_run_state(run.id, ultimo, force=True)


def ultimas(practica: Practica) -> list[Ejecucion]:
    """Las tres últimas ejecuciones terminadas, la más reciente primero."""
    runs = practica.cliente.read_flow_runs(
        flow_run_filter=TERMINADAS, sort=FlowRunSort.END_TIME_DESC, limit=3
    )
    return [
        Ejecucion(
            practica.cliente.read_flow(run.flow_id).name,
            run.state_name,
            run.total_run_time.total_seconds(),
        )
        for run in runs
    ]


def dice_duraciones(salida: str, esperadas: list[Ejecucion]) -> bool:
    """Si cada duración está entre los números de la salida, con los decimales que sea."""
    numeros = re.findall(r"\d+(?:[.,]\d+)?", INSTANTE.sub("", salida))
    for ejecucion in esperadas:
        suyo = next((n for n in numeros if es_duracion(n, ejecucion.segundos)), None)
        if suyo is None:
            return False
        numeros.remove(suyo)
    return True


def es_duracion(numero: str, segundos: float) -> bool:
    """Si un número es esa duración, en segundos o milisegundos, redondeada o truncada."""
    entero, _, decimales = numero.replace(",", ".").partition(".")
    valor = float(f"{entero}.{decimales or 0}")
    precision = max(10 ** -len(decimales), MARGEN_S)
    return min(abs(valor - segundos), abs(valor / 1000 - segundos)) < precision
