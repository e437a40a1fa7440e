"""Ejercicio 14: un deployment con dos horarios, y lo que pasa si dos ejecuciones coinciden."""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from calificador.averias import Averia
from calificador.comprobaciones.aparte import enumerar
from calificador.practica import Practica
from calificador.veredicto import Indicio, Punto, Tropiezo
from motor.prefect_por_dentro import MOTOR, QUE_EJECUTA, programar

if TYPE_CHECKING:
    from prefect.client.schemas.objects import DeploymentSchedule, FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

DADO = "informe_tienda.py"
NOMBRE = "informe-de-tienda/diario"
POOL = "informes"
UN_DIA = timedelta(days=1)
SEMANA = 7 * UN_DIA
BASTAN = 20  # en una semana: con más de dos al día ya se ve que el horario es otro
EL_TOPE = 200  # lo que da el servidor de una vez
LIMITE_DE_LA_EJECUCION_S = 90  # en frío, importa Prefect y pandas
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


@dataclass(frozen=True)
class Pedido:
    """Lo que el enunciado pide para una tienda.

    Attributes:
        tienda: la que informa.
        lugar: de dónde es el reloj.
        zona: cómo se llama ese reloj.
        hora: la de cada día.
    """

    tienda: str
    lugar: str
    zona: str
    hora: time

    @property
    def parametros(self) -> dict[str, str]:
        return {"tienda": self.tienda}

    @property
    def cuando(self) -> str:
        return f"a las {self.hora:%H:%M} de {self.lugar}"

    def alli(self, instante: datetime) -> datetime:
        """Un instante, con el reloj de ese lugar."""
        return instante.astimezone(ZoneInfo(self.zona))

    def instantes(self, semanas: list[datetime]) -> list[datetime]:
        """Cuándo debe ejecutarse en las semanas que empiezan entonces."""
        dias = [
            self.alli(desde).date() + n * UN_DIA for desde in semanas for n in range(9)
        ]
        suyos = {
            datetime.combine(dia, self.hora, ZoneInfo(self.zona)).astimezone(UTC)
            for dia in dias
        }
        return sorted(
            suyo
            for suyo in suyos
            if any(desde <= suyo < desde + SEMANA for desde in semanas)
        )

    def es_su_reloj(self, zona: str, instantes: Iterable[datetime]) -> bool:
        """Si en otra zona es la misma hora, esos días."""
        return all(
            instante.astimezone(ZoneInfo(zona)).utcoffset()
            == self.alli(instante).utcoffset()
            for instante in instantes
        )


PUEBLA = Pedido("Puebla", "Ciudad de México", "America/Mexico_City", time(7))
MONTERREY = Pedido("Monterrey", "Madrid", "Europe/Madrid", time(8))
PEDIDOS = (PUEBLA, MONTERREY)


@dataclass(frozen=True)
class Visto:
    """Lo que hará el servidor con una tienda, y lo que debería.

    Attributes:
        pedido: lo que pide el enunciado.
        horarios: los del deployment que son de esa tienda.
        anotadas: cuándo se ejecutarán.
        debidas: cuándo deberían.
    """

    pedido: Pedido
    horarios: list["DeploymentSchedule"]
    anotadas: list[datetime]
    debidas: list[datetime]

    @property
    def bien(self) -> bool:
        return self.anotadas == self.debidas

    @property
    def otras_zonas(self) -> list[str]:
        """Las de sus horarios que no dan la hora de su lugar."""
        return [
            zona
            for zona in self.zonas
            if not self.pedido.es_su_reloj(zona, self.debidas)
        ]

    @property
    def zonas(self) -> list[str]:
        return sorted({zona_de(horario) for horario in self.horarios})

    @property
    def horas(self) -> list[str]:
        """A qué horas se ejecuta, con el reloj de su lugar."""
        locales = (self.pedido.alli(instante) for instante in self.anotadas)
        return sorted({f"{hora:%H:%M:%S}".removesuffix(":00") for hora in locales})


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
        "tutorial/programacion#cron",
    )
    por_dias = [v for v in vistos if not v.bien]
    yield Punto(
        "otros_dias",
        "Se ejecutan todos los días, una vez",
        not por_dias,
        " ".join(map(en_otros_dias, por_dias)),
        "tutorial/programacion#cron",
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


def en_otra_zona(visto: Visto) -> str:
    """Con qué reloj va, y qué hora es entonces en su lugar."""
    pedido = visto.pedido
    return (
        f"El de {pedido.tienda} va con el reloj de {' y '.join(visto.otras_zonas)}: en "
        f"{pedido.lugar} {sale_a_las(visto.horas)}. Dale "
        f'timezone="{pedido.zona}".'
    )


def a_otra_hora(visto: Visto) -> str:
    """A qué hora se ejecuta, y cómo se escribe la que se pide."""
    pedida = f"{visto.pedido.hora:%H:%M}"
    otras = [hora for hora in visto.horas if hora != pedida]
    a_la_suya = pedida in visto.horas
    consejos = {
        "cron": "En un cron, un * o una coma en los dos primeros campos son varias veces al día."
        if a_la_suya
        else "En un cron, el primer campo es el minuto y el segundo, la hora.",
        "interval": "Un intervalo se cuenta desde su anchor_date: dale una a esa hora, y que "
        "pase un día entre una vez y otra.",
        "rrule": "En un RRule, la hora la dicen BYHOUR y BYMINUTE.",
    }
    cuando = sale_a_las(otras, "sale también" if a_la_suya else "sale")
    return (
        f"El de {visto.pedido.tienda}, en {visto.pedido.lugar}, {cuando}. "
        f"{segun(visto, consejos)}"
    )


def sale_a_las(horas: list[str], sale: str = "sale") -> str:
    """Las primeras horas de una lista; tres bastan para verlo."""
    if not horas:
        return "no sale nunca"
    primeras = [f"a las {hora}" for hora in horas[:3]]
    if len(horas) > len(primeras):
        return f"{sale} {', '.join(primeras)} y más"
    return f"{sale} {' y '.join(primeras)}"


def en_otros_dias(visto: Visto) -> str:
    """El primer día que falta o se repite, y cómo se escriben todos."""
    tienda = visto.pedido.tienda
    if not visto.anotadas:
        return (
            f"El de {tienda} no sale ni esta semana ni cuando cambia la hora. ¿Tiene su horario "
            "una fecha de fin?"
        )
    veces = Counter(visto.anotadas)
    mal = next(debida for debida in visto.debidas if veces[debida] != 1)
    dia = visto.pedido.alli(mal)
    fecha = f"el {DIAS[dia.weekday()]} {dia:%d/%m/%Y}"
    if veces[mal]:
        return f"El de {tienda} sale {veces[mal]} veces {fecha}: quita un horario suyo."
    consejos = {
        "cron": "En un cron, los tres últimos campos son el día del mes, el mes y el día de la "
        "semana: con * son todos.",
        "interval": "En un intervalo, entre una vez y otra debe pasar un día.",
        "rrule": "En un RRule, todos los días son FREQ=DAILY, sin otros BY… que los de la hora.",
    }
    return f"El de {tienda} no sale {fecha}. {segun(visto, consejos)}"


def segun(visto: Visto, consejos: dict[str, str]) -> str:
    """Los consejos que son de la clase de sus horarios."""
    clases = {clase(horario) for horario in visto.horarios}
    return " ".join(consejos[que] for que in sorted(clases))


def aviso(visto: Visto) -> Indicio:
    """Lo que se dice a quien acierta con otra zona: depende de lo que hagan los dos relojes."""
    pedido = visto.pedido
    return Indicio(
        f"El de {pedido.tienda} va con el reloj de {' y '.join(visto.zonas)}, que hasta dentro "
        f"de un año coincide con el de {pedido.lugar}. Si uno de los dos cambia sus reglas, "
        f'dejará de hacerlo: dale timezone="{pedido.zona}".',
        "produccion/horarios#cambio-de-hora",
    )


def clase(horario: "DeploymentSchedule") -> str:
    """Si es `cron`, `interval` o `rrule`."""
    return next(
        que for que in ("cron", "interval", "rrule") if hasattr(horario.schedule, que)
    )


def nombrar(horario: "DeploymentSchedule") -> str:
    """Cómo se le llama a quien lo ha escrito."""
    return horario.slug or f"el de {getattr(horario.schedule, clase(horario))}"


def zona_de(horario: "DeploymentSchedule") -> str:
    return horario.schedule.timezone or "UTC"


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


def semanas(ahora: datetime) -> list[datetime]:
    """Cuándo empiezan las que se miran: la próxima y aquellas en que Madrid cambia la hora."""
    hoy = ahora.replace(hour=0, minute=0, second=0, microsecond=0)
    dias = [hoy + n * UN_DIA for n in range(1, 366)]
    cambios = [
        dia
        for dia in dias
        if MONTERREY.alli(dia).utcoffset() != MONTERREY.alli(dia + UN_DIA).utcoffset()
    ]
    return [dias[0], *(cambio - 3 * UN_DIA for cambio in cambios)]


def anotar(practica: Practica, suyo: "DeploymentResponse") -> list[Visto]:
    """Pide al servidor que anote lo de esas semanas, y mira a qué hora sale cada tienda."""
    desde = semanas(datetime.now(UTC))
    for dia in desde:
        programar(practica.cliente, suyo.id, BASTAN, dia, dia + SEMANA)
    anotadas = leer_anotadas(practica, suyo)
    return [
        Visto(
            pedido,
            [h for h in suyo.schedules if parametros_de(suyo, h) == pedido.parametros],
            sorted(
                run.expected_start_time.astimezone(UTC).replace(microsecond=0)
                for run in anotadas
                if run.parameters == pedido.parametros
            ),
            pedido.instantes(desde),
        )
        for pedido in PEDIDOS
    ]


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
