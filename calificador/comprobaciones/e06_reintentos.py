"""Ejercicio 6: insistir mientras tenga arreglo, y no callar lo que no lo tiene."""

from collections.abc import Iterator

from calificador.comprobaciones.comun import unico_flujo
from calificador.correccion import Punto
from calificador.ejecuciones import Tarea
from calificador.practica import Practica

INTENTOS = 3  # la API contesta a la tercera


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    entrega = practica.ejecutar(puede_fallar=True)
    flujo = unico_flujo(entrega.flujos)
    logradas = [
        t for t in flujo.tareas if t.estado == "Completed" and t.intentos >= INTENTOS
    ]
    yield Punto(
        "sin_reintentos",
        "La task de Puebla lo consigue a la tercera",
        bool(logradas),
        que_ha_insistido(flujo.tareas, entrega.error),
        "tutorial/reintentos#que-ha-pasado",
    )
    yield Punto(
        "sin_espera",
        "Entre un intento y el siguiente hay una espera",
        all(espera(tarea) for tarea in logradas),
        "La task insiste sin esperar, y la API no tiene tiempo de recuperarse. Añade "
        "retry_delay_seconds=0.2 junto a retries.",
        "tutorial/reintentos#que-ha-pasado",
    )
    fallidas = [tarea for tarea in flujo.tareas if tarea.estado == "Failed"]
    yield Punto(
        "se_traga_el_error",
        "La task de Mérida falla, y el flow también",
        bool(fallidas) and flujo.estado == "Failed",
        f"Han fallado {len(fallidas)} tasks y el flow ha terminado en {flujo.estado}: nadie "
        "sabrá que falta una tienda. Pregunta también por Mérida y deja que su error llegue "
        "al flow, sin try ni if.",
        "tutorial/reintentos#agotados",
    )
    yield Punto(
        "reintenta_lo_imposible",
        "Por Mérida se pregunta una sola vez",
        all(tarea.intentos == 1 for tarea in fallidas),
        f"Se ha preguntado {max((t.intentos for t in fallidas), default=0)} veces por una "
        "tienda que no existe. Dale a la task una retry_condition_fn que solo diga que sí a "
        "ConnectionError.",
        "tutorial/reintentos#condicion",
    )


def que_ha_insistido(tareas: list[Tarea], error: str) -> str:
    """Lo que se ha visto cuando ninguna task llega al intento que hace falta."""
    visto = f" El último error ha sido {error}." if error else ""
    if not tareas:
        return (
            "El flow no ha ejecutado ninguna task. Escribe una que llame a preguntar, y "
            f"llámala con cada tienda.{visto}"
        )
    maximo = max(tarea.intentos for tarea in tareas)
    return (
        f"La task que más insiste llega al intento {maximo}, y la API contesta al {INTENTOS}."
        f"{visto} Deja que el error salga de la task y di cuántas veces debe repetirse: "
        "@task(retries=3)."
    )


def espera(tarea: Tarea) -> bool:
    """Si la tarea dejó pasar un rato entre dos intentos."""
    return any(tramo.estado == "AwaitingRetry" for tramo in tarea.tramos)
