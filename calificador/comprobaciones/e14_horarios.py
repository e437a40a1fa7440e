"""Ejercicio 14: un deployment con dos horarios, y lo que pasa si dos ejecuciones coinciden."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from calificador.averias import Averia
from calificador.comprobaciones.aparte import enumerar
from calificador.comprobaciones.relojes import (
    SEMANA,
    Pedido,
    Visto,
    a_otra_hora,
    aviso,
    cae,
    en_otra_zona,
    en_otros_dias,
    nombrar,
    se_explica,
    semanas,
)
from calificador.practica import Practica
from calificador.veredicto import Punto, Tropiezo
from motor.prefect_por_dentro import MOTOR, QUE_EJECUTA, programar

if TYPE_CHECKING:
    from prefect.client.schemas.objects import DeploymentSchedule, FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

DADO = "informe_tienda.py"
NOMBRE = "informe-de-tienda/diario"
POOL = "informes"
BASTAN = 20  # en una semana: con más de dos al día ya se ve que el horario es otro
EL_TOPE = 200  # lo que da el servidor de una vez
LIMITE_DE_LA_EJECUCION_S = 90  # en frío, importa Prefect y pandas

PUEBLA = Pedido("Puebla", "Ciudad de México", "America/Mexico_City", time(7))
MONTERREY = Pedido("Monterrey", "Madrid", "Europe/Madrid", time(8))
PEDIDOS = (PUEBLA, MONTERREY)


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    preparar(practica)
    practica.ejecutar(con_flow=False)
    todos = deployments(practica)
    yield from el_deployment(todos)
    suyo = todos[NOMBRE]
    yield from los_horarios(suyo)
    vistos = anotar(practica, suyo)
    yield from las_horas(vistos)
    practica.avisos += [aviso(v) for v in vistos if v.zonas != [v.pedido.zona]]
    yield from el_limite(practica, suyo)


def el_deployment(todos: dict[str, "DeploymentResponse"]) -> Iterator[Punto]:
    """Que esté, y en su work pool."""
    yield Punto(
        "sin_deployment",
        "El programa crea el deployment diario",
        NOMBRE in todos,
        f"{enumerar(sorted(todos))} en el servidor. Es uno solo, {NOMBRE}, y se crea con "
        'flow.from_source(…).deploy(name="diario", …).',
        "produccion/horarios#varios",
    )
    suyo = todos[NOMBRE].work_pool_name
    yield Punto(
        "otro_pool",
        f"Es del work pool {POOL}",
        suyo == POOL,
        f"{f'Es de {suyo}' if suyo else 'No es de ninguno'}. Dáselo a deploy con "
        "work_pool_name.",
        "tutorial/work-pools#deploy",
    )


def los_horarios(suyo: "DeploymentResponse") -> Iterator[Punto]:
    """Que tenga los dos, que valgan y que cada uno sea de una tienda."""
    cuantos = len(suyo.schedules)
    yield Punto(
        "uno_solo",
        "Tiene los dos horarios",
        cuantos >= len(PEDIDOS),
        f"{'Tiene uno' if cuantos else 'No tiene ninguno'}. Dale los dos a la vez, en una "
        "lista: deploy(…, schedules=[…]). Si los das en dos veces y no llevan slug, el segundo "
        "sustituye al primero.",
        "produccion/horarios#varios",
    )
    parados = [nombrar(horario) for horario in suyo.schedules if not horario.active]
    que = "el deployment" if suyo.paused else " y ".join(parados)
    yield Punto(
        "en_pausa",
        "Los dos están activos",
        not parados and not suyo.paused,
        f"Está en pausa {que}, y así nadie lo ejecuta. Quita active=False, o paused=True.",
        "produccion/horarios#pausar",
    )
    llevan = [parametros_de(suyo, horario) for horario in suyo.schedules]
    pedidos = [pedido.parametros for pedido in PEDIDOS]
    vistos = " y ".join(
        f"{nombrar(horario)} lleva {suyos}"
        for horario, suyos in zip(suyo.schedules, llevan, strict=True)
    )
    yield Punto(
        "otra_tienda",
        "Uno lleva la tienda de Puebla y otro, la de Monterrey",
        all(p in llevan for p in pedidos) and all(p in pedidos for p in llevan),
        f'Ahora {vistos}. Van en cada horario: Cron(…, parameters={{"tienda": "…"}}).',
        "produccion/horarios#que-ha-pasado",
    )


def las_horas(vistos: list[Visto]) -> Iterator[Punto]:
    """Que cada tienda tenga su informe cada día a su hora, cambie o no el reloj."""
    puebla, monterrey = vistos
    yield Punto(
        "intercambiados",
        "Cada tienda tiene su horario",
        (puebla.anotadas, monterrey.anotadas) != (monterrey.debidas, puebla.debidas),
        f"Están al revés: el informe de Puebla sale {MONTERREY.cuando} y el de Monterrey, "
        f"{PUEBLA.cuando}. Intercambia sus parameters.",
        "produccion/horarios#que-ha-pasado",
    )
    por_zona = [v for v in vistos if not v.bien and v.otras_zonas]
    yield Punto(
        "zona",
        "Cada horario usa el reloj de su lugar",
        not por_zona,
        " ".join(map(en_otra_zona, por_zona)),
        "produccion/horarios#cambio-de-hora",
    )
    por_hora = [v for v in vistos if set(v.horas) - {f"{v.pedido.hora:%H:%M}"}]
    yield Punto(
        "otra_hora",
        "Cada uno se ejecuta a su hora",
        not por_hora,
        " ".join(map(a_otra_hora, por_hora)),
        se_explica(por_hora),
    )
    por_dias = [v for v in vistos if not v.bien]
    yield Punto(
        "otros_dias",
        "Se ejecutan todos los días, una vez",
        not por_dias,
        " ".join(map(en_otros_dias, por_dias)),
        se_explica(por_dias),
    )


def el_limite(practica: Practica, suyo: "DeploymentResponse") -> Iterator[Punto]:
    """Que, con una ejecución en marcha, la que llega se cancele; y que aquella termine bien."""
    una, otra = (empezar(practica, suyo) for _ in range(2))
    caben = suyo.global_concurrency_limit
    yield Punto(
        "sin_limite",
        "Con una ejecución en marcha, otra no empieza",
        una.state.is_pending() and not otra.state.is_pending(),
        f"{f'Su límite es {caben.limit}' if caben else 'No tiene límite'}: he pedido dos y han "
        f"empezado {sum(run.state.is_pending() for run in (una, otra))}. Dale a deploy un "
        "límite de 1, con concurrency_limit.",
        "produccion/solapes#deployments",
    )
    yield Punto(
        "en_cola",
        "La que no cabe se cancela",
        otra.state.is_cancelled(),
        f"La segunda ha quedado en {otra.state.name}, esperando su turno. Eso es ENQUEUE, la "
        "estrategia de un límite que solo es un número. Usa ConcurrencyLimitConfig(limit=1, "
        "collision_strategy=…), con CANCEL_NEW.",
        "produccion/solapes#turnos",
    )
    dicho = ejecutar(practica, una)
    estado = practica.cliente.read_flow_run(una.id).state
    yield Punto(
        "no_se_ejecuta",
        "La que empieza termina bien",
        estado.is_completed(),
        "La he ejecutado como lo haría un worker de esta máquina, y no acaba en Completed. "
        f"¿Sigue estando el código donde dices en from_source? {dicho}",
        "produccion/horarios#varios",
    )


def parametros_de(
    suyo: "DeploymentResponse", horario: "DeploymentSchedule"
) -> dict[str, object]:
    """Con los que se ejecutará: los suyos van delante de los del deployment."""
    return suyo.parameters | horario.parameters


def preparar(practica: Practica) -> None:
    """Deja el archivo dado como estaba y crea el work pool."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.workers.process import ProcessWorker

    shutil.copy(practica.ejercicio.comienzo.with_name(DADO), practica.carpeta)
    plantilla = ProcessWorker.get_default_base_job_template()
    practica.cliente.create_work_pool(
        WorkPoolCreate(name=POOL, type="process", base_job_template=plantilla)
    )


def deployments(practica: Practica) -> dict[str, "DeploymentResponse"]:
    """Los del servidor, con el nombre con que se piden."""
    cliente = practica.cliente
    return {
        f"{cliente.read_flow(uno.flow_id).name}/{uno.name}": uno
        for uno in cliente.read_deployments()
    }


def anotar(practica: Practica, suyo: "DeploymentResponse") -> list[Visto]:
    """Pide al servidor que anote lo de esas semanas, y mira a qué hora sale cada tienda."""
    desde = semanas(datetime.now(UTC), MONTERREY)
    for dia in desde:
        programar(practica.cliente, suyo.id, BASTAN, dia, dia + SEMANA)
    anotadas = leer_anotadas(practica, suyo)
    vistos = []
    for pedido in PEDIDOS:
        suyos = [
            h for h in suyo.schedules if parametros_de(suyo, h) == pedido.parametros
        ]
        cuando = sorted(
            datetime.fromtimestamp(int(run.expected_start_time.timestamp()), UTC)
            for run in anotadas
            if run.parameters == pedido.parametros
        )
        dentro = [instante for instante in cuando if cae(instante, desde)]
        vistos.append(Visto(pedido, suyos, dentro, pedido.instantes(desde)))
    return vistos


def leer_anotadas(practica: Practica, suyo: "DeploymentResponse") -> list["FlowRun"]:
    """Las ejecuciones que el servidor ha anotado por sus horarios."""
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    runs = practica.cliente.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[suyo.id])),
        limit=EL_TOPE,
    )
    return [run for run in runs if run.auto_scheduled]


def empezar(practica: Practica, suyo: "DeploymentResponse") -> "FlowRun":
    """Pide una ejecución y la pone en marcha, como haría un worker; cómo ha quedado."""
    from prefect.states import Pending

    run = practica.cliente.create_flow_run_from_deployment(
        suyo.id, parameters=PUEBLA.parametros
    )
    practica.cliente.set_flow_run_state(run.id, Pending())
    return practica.cliente.read_flow_run(run.id)


def ejecutar(practica: Practica, run: "FlowRun") -> str:
    """Ejecuta, en otra carpeta, lo que un worker lanzaría; el error que da, si da alguno.

    Raises:
        Averia: si no termina.
    """
    practica.entorno[QUE_EJECUTA] = str(run.id)
    practica.limite_s = LIMITE_DE_LA_EJECUCION_S
    try:
        return practica.lanzar("-m", MOTOR, carpeta=practica.raiz).error
    except Tropiezo:
        raise Averia(
            f"La ejecución no ha terminado en {LIMITE_DE_LA_EJECUCION_S} segundos.",
            "Cierra otros programas y vuelve a probar.",
        ) from None
    finally:
        del practica.entorno[QUE_EJECUTA]
