"""Lo que hay detrás de un fallo, cuando se ve en el programa y no en su resultado.

Un flow asíncrono que nadie espera, por ejemplo, no deja tablas: aconsejar cómo guardarlas
no serviría de nada.
"""

import re

from calificador.errores import ultimo_error
from calificador.fuente import Fuente, admite
from calificador.veredicto import Indicio
from motor.ejecuciones import Flujo
from motor.prefect_por_dentro import ARGUMENTOS_DE_UN_HOOK, Estado

A_MEDIAS = {Estado.CRASHED, Estado.PENDING, Estado.RUNNING}


def buscar(
    fuente: Fuente, salida: str, flujos: list[Flujo], *, por_el_log: bool = False
) -> Indicio | None:
    """La causa que explica por sí sola que falte algo, si se ve alguna.

    Args:
        fuente: el programa.
        salida: lo que ha impreso.
        flujos: lo que ha ejecutado.
        por_el_log: si lo que falta es algo que debía llegar al log.
    """
    return (
        sin_await(fuente, salida, flujos)
        or de_golpe(fuente, salida)
        or sin_esperar(flujos)
        or (otro_print(fuente) if por_el_log else None)
    )


def sin_await(fuente: Fuente, salida: str, flujos: list[Flujo]) -> Indicio | None:
    """Python avisa al olvidar una corrutina, pero no si queda en una variable."""
    aviso = re.search(
        rf"{re.escape(fuente.ruta.name)}:(\d+): RuntimeWarning: coroutine .* never awaited",
        salida,
    )
    linea = int(aviso[1]) if aviso else 0
    linea = linea or (0 if flujos else fuente.sin_await())
    if not linea:
        return None
    return Indicio(
        f"En la línea {linea} llamas a una función async sin esperarla: así no se ejecuta, "
        "solo se prepara. Dentro de otra función async, escribe await delante; fuera, "
        "asyncio.run(…). Si no necesitas async, quítalo.",
        "tutorial/combinar-tasks#gather",
    )


def sin_llamar(fuente: Fuente) -> Indicio | None:
    """Una función sola en su línea, sin paréntesis: a Python le parece bien."""
    if not (funcion := fuente.nombrada_sin_llamar()):
        return None
    argumentos = "…" if funcion.args.args else ""
    return Indicio(
        f"Has escrito {funcion.name} sin paréntesis: eso es su nombre, y no una llamada. "
        f"Escribe {funcion.name}({argumentos}).",
        "tutorial/flow-y-task#flow",
    )


def de_golpe(fuente: Fuente, salida: str) -> Indicio | None:
    if ultimo_error(salida) or not fuente.corta_de_golpe():
        return None
    return Indicio(
        "os._exit(…) corta el programa de golpe: lo que Prefect aún no había enviado al "
        "servidor, como el log, se pierde. Quítalo: un programa termina solo al llegar al final.",
        "tutorial/flow-y-task#log",
    )


def sin_esperar(flujos: list[Flujo]) -> Indicio | None:
    """Una task enviada que nadie espera no termina, y su flow sí."""
    for flujo in flujos:
        for tarea in flujo.tareas:
            if flujo.estado == Estado.COMPLETED and tarea.estado in A_MEDIAS:
                return Indicio(
                    f"La task {tarea.nombre} se ha quedado en {tarea.estado} y el flow ha "
                    "terminado: la enviaste con .submit() o .map() y no la esperaste. Pide "
                    "su .result() antes de terminar el flow, o devuelve el future con return.",
                    "tutorial/dependencias#fallo-silencioso",
                )
    return None


def avisos(fuente: Fuente) -> list[Indicio]:
    """Lo que podría salir mal otro día en un programa que hoy ha hecho lo que se pide."""
    return [*de_envios(fuente), *de_hooks(fuente)]


def de_envios(fuente: Fuente) -> list[Indicio]:
    return [
        Indicio(
            f"En la línea {linea} envías {task} y sueltas su future: si falla, el flow dirá "
            "Completed, y si no ha empezado al acabar el flow, ni siquiera se ejecuta. Guarda "
            "el future y pide su .result(), o llama a la task sin .submit().",
            "tutorial/dependencias#fallo-silencioso",
        )
        for linea, task in fuente.envios_olvidados()
    ]


def de_hooks(fuente: Fuente) -> list[Indicio]:
    """Tu programa da los argumentos por su orden, pero un worker los da por su nombre."""
    return [
        Indicio(
            f"Los argumentos de tu hook, en la línea {hook.lineno}, no se llaman flow, flow_run "
            "y state. Tu programa los da por su orden, pero un worker los da por su nombre: con "
            "un worker, el aviso fallaría.",
            "produccion/avisos#que-ha-pasado",
        )
        for hook in fuente.hooks()
        if not admite(hook, ARGUMENTOS_DE_UN_HOOK)
    ]


def otro_print(fuente: Fuente) -> Indicio | None:
    if not fuente.otro_print():
        return None
    return Indicio(
        "log_prints=True solo lleva al log lo que escribe el print de Python, y tu programa "
        "usa otro: mira si importas o defines algo llamado print, o si escribes en sys.stdout.",
        "tutorial/flow-y-task#log",
    )
