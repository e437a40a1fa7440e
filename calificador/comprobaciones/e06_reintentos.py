"""Ejercicio 6: insistir mientras tenga arreglo, y no callar lo que no lo tiene."""

from collections.abc import Iterator

from calificador.comprobaciones.comun import unico_flujo
from calificador.diagnostico import Entrega
from calificador.fuente import Fuente
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.ejecuciones import Flujo, Tarea
from motor.prefect_por_dentro import CONDICION_ROTA, Estado

INTENTOS = 3  # la API contesta a la tercera
REINTENTOS, ESPERA_S = 3, 0.2  # los que pide el enunciado


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    entrega = practica.ejecutar(puede_fallar=True)
    flujo = unico_flujo(entrega.flujos)
    yield Punto(
        "sin_tasks",
        "El flow ejecuta alguna task",
        bool(flujo.tareas),
        "No ha ejecutado ninguna. Escribe una que llame a preguntar, y llámala con cada tienda.",
        "tutorial/flow-y-task#task",
    )
    yield from con_reintentos(practica, flujo, entrega)
    yield from como_se_pide(practica, [t for t in flujo.tareas if lograda(t)])
    yield from lo_que_no_tiene_arreglo(flujo)


def lograda(tarea: Tarea) -> bool:
    return tarea.estado == Estado.COMPLETED and tarea.intentos >= INTENTOS


def con_reintentos(
    practica: Practica, flujo: Flujo, entrega: Entrega
) -> Iterator[Punto]:
    """Que una task insista hasta conseguirlo; si no, por qué no lo hace."""
    yield Punto(
        "reintentos_en_el_flow",
        "Los reintentos son de la task",
        not practica.cliente.read_flow_run(flujo.id).empirical_policy.retries,
        "Los has pedido en el flow, que repetiría todo. Ponlos en @task: así se repite solo lo "
        "que ha fallado.",
        "tutorial/reintentos#que-ha-pasado",
    )
    logrado = any(map(lograda, flujo.tareas))
    insisten = any(reintentos(practica, tarea) for tarea in flujo.tareas)
    visto = f" El último error ha sido {entrega.error}." if entrega.error else ""
    yield Punto(
        "sin_reintentos",
        "La task pide reintentos",
        logrado or insisten,
        f"Cada task lo intenta una sola vez.{visto} Deja que el error salga de ella, sin "
        "bucles ni try, y di cuántas veces puede repetirse: @task(retries=3).",
        "tutorial/reintentos#que-ha-pasado",
    )
    yield Punto(
        "condicion",
        "Prefect repite la task cuando la API se cae",
        logrado
        or (CONDICION_ROTA not in entrega.salida and "Connection" not in entrega.error),
        *por_que_no_repite(flujo, entrega, practica.diagnostico.fuente),
    )
    yield Punto(
        "sin_esperar",
        "La task de Puebla lo consigue a la tercera",
        logrado,
        *por_que_no_lo_logra(practica, flujo, visto),
    )


def por_que_no_repite(
    flujo: Flujo, entrega: Entrega, fuente: Fuente
) -> tuple[str, str]:
    """Por qué acaba en ConnectionError una task con reintentos, y dónde se explica."""
    if any(tarea.intentos > 1 for tarea in flujo.tareas):
        return (
            "La task se repite, pero se rinde antes de que la API conteste. Deja que lo haga "
            "tres veces más: @task(retries=3).",
            "tutorial/reintentos#que-ha-pasado",
        )
    hace = "dice que no"
    consejo = "Compara el error con isinstance(error, ConnectionError), y devuelve lo que salga."
    if CONDICION_ROTA in entrega.salida:
        hace = "falla"
        consejo = (
            "Recibe tres argumentos (la task, su ejecución y su estado), y el error se saca "
            "con estado.result(raise_on_failure=False)."
        )
    elif fuente.sin_return("retry_condition_fn"):
        consejo = "Le falta el return: sin él da None, que es un no."
    return (
        f"La task admite reintentos, pero tu retry_condition_fn {hace} ante un "
        f"ConnectionError, y Prefect no la repite. {consejo}",
        "tutorial/reintentos#condicion",
    )


def por_que_no_lo_logra(
    practica: Practica, flujo: Flujo, visto: str
) -> tuple[str, str]:
    """Por qué ninguna task lo consigue a la tercera, y dónde se explica."""
    if any(
        t.estado == Estado.COMPLETED and reintentos(practica, t) for t in flujo.tareas
    ):
        return (
            "Tu task termina bien sin que Prefect la repita: atiende ella misma el error, o no "
            "llama a preguntar. Llámala una vez y deja que el error salga, sin bucles ni try.",
            "tutorial/reintentos#que-ha-pasado",
        )
    return (
        f"El flow ha terminado antes de que Puebla contestara.{visto} Pregunta por Puebla y, "
        "cuando conteste, por Mérida; si usas .submit() o .map(), espera cada resultado con "
        ".result().",
        "tutorial/dependencias#llamadas-directas",
    )


def como_se_pide(practica: Practica, logradas: list[Tarea]) -> Iterator[Punto]:
    """Que insista lo que dice el enunciado, y esperando."""
    otros = {reintentos(practica, tarea) for tarea in logradas} - {REINTENTOS}
    yield Punto(
        "otros_reintentos",
        "Se repite tres veces más como mucho",
        not otros,
        f"Tu task admite {' y '.join(contar(n, 'reintento', 'reintentos') for n in otros)}. "
        "Tres reintentos, con el primer intento, son cuatro: @task(retries=3).",
        "tutorial/reintentos#que-ha-pasado",
    )
    yield Punto(
        "sin_espera",
        "Entre un intento y el siguiente hay una espera",
        all(map(espera, logradas)),
        "La task insiste sin esperar, y la API no tiene tiempo de recuperarse. Añade "
        "retry_delay_seconds=0.2 junto a retries.",
        "tutorial/reintentos#que-ha-pasado",
    )
    esperas = {s for tarea in logradas for s in esperas_pedidas(practica, tarea)}
    yield Punto(
        "otra_espera",
        "La espera es de 0.2 segundos",
        esperas == {ESPERA_S},
        f"Tu task espera estos segundos: {', '.join(map(str, sorted(esperas)))}. El enunciado pide "
        "retry_delay_seconds=0.2.",
        "tutorial/reintentos#que-ha-pasado",
    )


def lo_que_no_tiene_arreglo(flujo: Flujo) -> Iterator[Punto]:
    """Que el error de Mérida se vea, y que no se insista con él."""
    fallidas = [tarea for tarea in flujo.tareas if tarea.estado == Estado.FAILED]
    yield Punto(
        "se_traga_el_error",
        "La task de Mérida falla, y el flow también",
        bool(fallidas) and flujo.estado == Estado.FAILED,
        f"Ha fallado la task, pero el flow ha terminado en {flujo.estado}: nadie sabrá que "
        "falta una tienda. Llámala sin try ni return_state=True, o termina el flow con "
        "return Failed(message=…)."
        if fallidas
        else "No ha fallado ninguna task, así que nadie sabrá que falta una tienda. Pregunta "
        "también por Mérida y deja que su error salga de la task.",
        "tutorial/reintentos#return-state"
        if fallidas
        else "tutorial/reintentos#agotados",
    )
    yield Punto(
        "reintenta_lo_imposible",
        "Por Mérida se pregunta una sola vez",
        all(tarea.intentos == 1 for tarea in fallidas),
        f"Se ha preguntado {max((t.intentos for t in fallidas), default=0)} veces por una "
        "tienda que no existe, e insistir no la hará existir. Dale a la task una "
        "retry_condition_fn que solo diga que sí a ConnectionError.",
        "tutorial/reintentos#condicion",
    )


def reintentos(practica: Practica, tarea: Tarea) -> int:
    """Los que admite una task run, según el servidor."""
    return practica.cliente.read_task_run(tarea.id).empirical_policy.retries or 0


def esperas_pedidas(practica: Practica, tarea: Tarea) -> list[float]:
    """Lo que una task run espera antes de cada reintento, en segundos."""
    pedido = practica.cliente.read_task_run(tarea.id).empirical_policy.retry_delay
    return pedido if isinstance(pedido, list) else [pedido or 0]


def espera(tarea: Tarea) -> bool:
    """Si la tarea dejó pasar un rato entre dos intentos."""
    return any(tramo.estado == Estado.AWAITING_RETRY for tramo in tarea.tramos)
