"""Ejercicio 8: un deployment que el servidor programa y el programa del estudiante atiende."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

import pandas as pd

from calificador.comprobaciones.aparte import lo_que_falta
from calificador.comprobaciones.comun import proximas
from calificador.comprobaciones.registro import mensajes
from calificador.lengua import frase
from calificador.practica import Practica, Servido
from calificador.veredicto import Punto, Tropiezo
from motor.apuntes import empezadas
from motor.espera import esperar
from motor.prefect_por_dentro import SERVIDO

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State
    from prefect.client.schemas.responses import DeploymentResponse

NOMBRE = "cada-medio-minuto"
CADA = timedelta(seconds=30)
VENTAS = 417  # con menos de mil, nadie escribe separadores
LIMITE_S = 15
TRAS_EJECUTARSE_S = 6  # por si, después de llamar al flow, lo sirve
TRAS_EL_PRIMERO_S = 3  # por si sirve varios deployments


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    cambiar_datos(practica)
    practica.entorno["PREFECT_RUNNER_POLL_FREQUENCY"] = "1"
    with practica.servir() as servido:
        yield from atendido(practica, servido)
        despliegue = next(
            d for d in practica.cliente.read_deployments() if d.name == NOMBRE
        )
        # Se pide ya: mientras el programa la ejecuta, se mira el horario.
        run = practica.cliente.create_flow_run_from_deployment(despliegue.id)
        yield from programado(practica, despliegue)
        yield from ejecutado(practica, run.id)


def atendido(practica: Practica, servido: Servido) -> Iterator[Punto]:
    """Que el programa se quede atendiendo el deployment que se pide."""
    error = esperar_despliegue(practica, servido)
    yield Punto(
        "horario_en_el_decorador",
        "El horario no está en el decorador",
        not error,
        f"Prefect dice: {error}. En Prefect 3, @flow no admite horarios: dáselo al "
        "deployment, al crearlo con .serve(…).",
        "tutorial/programacion#errores",
    )
    nombres = [despliegue.name for despliegue in practica.cliente.read_deployments()]
    yield Punto(
        "no_se_sirve",
        "El programa crea un deployment y lo atiende",
        bool(nombres),
        "En el servidor no hay ningún deployment. Llamar al flow lo ejecuta una vez; para "
        "programarlo, llama a su método .serve(…).",
        "tutorial/programacion#serve",
    )
    yield Punto(
        "otro_nombre",
        f"El deployment se llama {NOMBRE}",
        NOMBRE in nombres,
        f"Ahora hay {', '.join(nombres)}: {lo_que_falta([NOMBRE], nombres)}. El "
        "nombre es el argumento name de .serve(…).",
        "tutorial/programacion#que-ha-pasado",
    )


def programado(practica: Practica, despliegue: "DeploymentResponse") -> Iterator[Punto]:
    """Que el servidor sepa cuándo toca."""
    yield Punto(
        "sin_horario",
        "El deployment tiene un horario activo",
        not despliegue.paused and any(h.active for h in despliegue.schedules),
        "El servidor conoce tu deployment, pero no sabe cuándo ejecutarlo. Di cada cuánto en "
        ".serve(…), con interval o con cron, y no lo dejes en pausa.",
        "tutorial/programacion#serve",
    )
    horas = [run.expected_start_time for run in proximas(practica, despliegue)]
    esperas = [despues - antes for antes, despues in pairwise(horas)]
    yield Punto(
        "otro_intervalo",
        "El servidor anota una ejecución cada 30 segundos",
        esperas == [CADA, CADA],
        f"Las próximas empiezan {', '.join(map(hora, horas))}. Con cinco campos, un cron no "
        "baja del minuto: usa interval. Un número en interval son segundos; con timedelta, "
        "mira si has escrito seconds.",
        "tutorial/programacion#serve",
    )


def ejecutado(practica: Practica, run: UUID) -> Iterator[Punto]:
    """Que el programa ejecute lo que el servidor le pide y cuente las ventas."""
    cliente = practica.cliente
    esperar(lambda: cliente.read_flow_run(run).state.is_final(), LIMITE_S)
    estado = cliente.read_flow_run(run).state
    yield Punto(
        "no_completa",
        "Cuando el servidor pide una ejecución, termina bien",
        estado.is_completed(),
        f"He pedido una y está en {estado.name}. {por_que_no(estado)}",
        "tutorial/programacion#que-ha-pasado",
    )
    # Prefect también anota la dirección de la ejecución, que lleva números.
    suyos = [texto for texto in mensajes(practica, run) if "://" not in texto]
    con_numero = [texto for texto in suyos if re.search(r"\d", texto)]
    yield Punto(
        "sin_cuenta",
        "El log dice cuántas ventas válidas hay",
        any(re.search(rf"\b{VENTAS}\b", texto) for texto in suyos),
        f"He probado con un ventas.csv de {VENTAS} ventas válidas, además de filas repetidas y "
        f"sin precio, y su log {que_dice_el_log(con_numero)}",
        "referencia/datos#venta" if con_numero else "tutorial/flow-y-task#log",
        por_el_log=True,
    )


def que_dice_el_log(con_numero: list[str]) -> str:
    """Cómo sigue la frase sobre un log que no dice cuántas ventas válidas hay."""
    if con_numero:
        return (
            f"dice «{con_numero[-1][:80]}». Cuenta solo las válidas: quita antes las repetidas "
            "y las incompletas."
        )
    return f"no dice {VENTAS}. Imprímelo dentro del flow, con log_prints=True."


def por_que_no(estado: "State") -> str:
    """Qué hacer con una ejecución que no se ha completado."""
    if estado.is_final():
        return f"{frase(estado.message or '')} Prueba el flow llamándolo tú antes de servirlo."
    return (
        "No llega a empezar: para ejecutarla se vuelve a leer tu archivo. ¿Está .serve(…) "
        'dentro de if __name__ == "__main__":?'
    )


def esperar_despliegue(practica: Practica, servido: Servido) -> str:
    """Espera a que haya un deployment; el error, si el horario está en el decorador."""
    cliente = practica.cliente
    desde = datetime.now(UTC)

    def nombres() -> set[str]:
        return {despliegue.name for despliegue in cliente.read_deployments()}

    def hay() -> bool:
        return bool(nombres()) or not servido.sigue()

    def estan_todos() -> bool:
        return NOMBRE in nombres() or SERVIDO in servido.salida

    try:
        esperar(lambda: hay() or bool(empezadas(cliente, desde)), LIMITE_S)
        if esperar(hay, TRAS_EJECUTARSE_S):
            esperar(estan_todos, TRAS_EL_PRIMERO_S)
    except Tropiezo as tropiezo:
        if re.search(
            r"keyword argument '(schedules?|cron|interval)'", tropiezo.consejo
        ):
            return tropiezo.consejo
        raise
    return ""


def hora(instante: pd.Timestamp) -> str:
    return f"a las {instante:%H:%M:%S}"


def cambiar_datos(practica: Practica) -> None:
    """Deja unas pocas ventas válidas, más algunas filas repetidas y otras sin precio."""
    ruta = practica.datos / "ventas.csv"
    ventas = pd.read_csv(ruta, dtype=str).drop_duplicates().dropna().head(VENTAS + 5)
    validas, otras = ventas.head(VENTAS), ventas.tail(5).assign(precio="")
    pd.concat([validas, validas.head(3), otras]).to_csv(ruta, index=False)
