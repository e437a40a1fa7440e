"""Ejercicio 1: un flow que saluda, y el saludo en su log."""

import re
from collections.abc import Iterator

from calificador.comprobaciones.comun import unico_flujo
from calificador.comprobaciones.registro import mensajes
from calificador.diagnostico import Entrega
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.prefect_por_dentro import Estado


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    entrega = practica.ejecutar()
    flujo = unico_flujo(entrega.flujos)
    yield Punto(
        "flow_completo",
        "El flow termina en Completed",
        flujo.estado == Estado.COMPLETED,
        f"Ha terminado en {flujo.estado}. Mira las líneas ERROR del log: dicen qué instrucción "
        "del flow ha fallado.",
        "tutorial/flow-y-task#log",
    )
    yield Punto(
        "otro_mensaje",
        "El saludo es «Hola Prefect»",
        saluda(entrega.salida),
        "No lo encuentro en lo que imprime tu programa. Dentro del flow, imprime exactamente "
        "«Hola Prefect».",
        "tutorial/flow-y-task#flow",
    )
    en_el_log = saluda_en_el_log(practica, entrega)
    yield Punto(
        "fuera_del_flow",
        "El saludo lo imprime el flow",
        en_el_log or saluda_en_el_log(practica, repetir_con_prints(practica)),
        "Tu programa saluda, pero no mientras se ejecuta el flow. Pon el print dentro de la "
        "función que lleva @flow.",
        "tutorial/flow-y-task#flow",
        por_el_log=True,
    )
    yield Punto(
        "sin_log",
        "El saludo está en el log de Prefect",
        en_el_log,
        "El flow lo imprime, pero al servidor no llega: un print solo escribe en tu terminal. "
        "Escribe @flow(log_prints=True).",
        "tutorial/flow-y-task#log",
        por_el_log=True,
    )


def saluda(texto: str) -> bool:
    """Si está el saludo, con o sin coma; `hola-prefect` es el nombre de un flow."""
    return bool(re.search(r"hola,? +prefect\b", texto, re.IGNORECASE))


def saluda_en_el_log(practica: Practica, entrega: Entrega) -> bool:
    """Si algún flow run dejó el saludo en el servidor."""
    return any(
        saluda(mensaje)
        for flujo in entrega.flujos
        for mensaje in mensajes(practica, flujo.id)
    )


def repetir_con_prints(practica: Practica) -> Entrega:
    """Otra vez, pero con todos los print de los flows en el log."""
    practica.entorno["PREFECT_LOGGING_LOG_PRINTS"] = "true"
    return practica.ejecutar()
