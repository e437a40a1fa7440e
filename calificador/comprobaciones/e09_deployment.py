"""Ejercicio 9: dos deployments del mismo flow, con su hora y sus parámetros."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from prefect.exceptions import PrefectHTTPStatusError

from calificador.comprobaciones.aparte import lo_que_falta
from calificador.comprobaciones.comun import proximas
from calificador.lengua import segun
from calificador.practica import Practica, Servido
from calificador.veredicto import Indicio, Punto
from motor.apuntes import empezadas
from motor.espera import esperar
from motor.prefect_por_dentro import SERVIDO

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse

TIENDAS = {"diario": "Puebla", "cada-hora": "Monterrey"}
MEXICO = ZoneInfo("America/Mexico_City")
# No adelanta los relojes desde la Ley de los Husos Horarios del 28 de octubre de 2022.
ACIERTA_HOY = Indicio(
    "Tu diario acierta hoy: las 14:00 de UTC son las 8:00 en Ciudad de México, que no cambia "
    "de hora desde 2022. Si vuelve a cambiarla, tu diario llegará a otra hora. Dale la zona y "
    'dejará de depender de eso: Cron("0 8 * * *", timezone="America/Mexico_City").',
    "tutorial/programacion#cron",
)
LIMITE_S = 15
PRORROGA_S = 2  # por si se sirven en varios procesos


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    practica.entorno["PREFECT_RUNNER_POLL_FREQUENCY"] = "1"
    with practica.servir() as servido:
        esperar_deployments(practica, servido)
        todos = {d.name: d for d in practica.cliente.read_deployments()}
        yield from los_dos(todos)
        diario, cada_hora = (todos[nombre] for nombre in TIENDAS)
        servidos = servido.salida.count(SERVIDO)
        # Se pide ya: mientras el programa la ejecuta, se mira lo demás.
        run, negativa = pedir(practica, diario)
        yield from los_horarios(practica, diario, cada_hora)
        yield from los_parametros(diario, cada_hora)

        def sirve_otra_vez() -> bool:
            return servido.salida.count(SERVIDO) > servidos

        completa, visto = (
            ejecutar(practica, run, sirve_otra_vez) if run else (False, negativa)
        )
        yield from la_ejecucion(sirve_otra_vez(), completa, visto)


def los_dos(todos: dict[str, "DeploymentResponse"]) -> Iterator[Punto]:
    """Que estén los dos, con sus nombres y del mismo flow."""
    yield Punto(
        "sin_deployments",
        "El programa crea deployments y los atiende",
        bool(todos),
        "En el servidor no hay ninguno. Llamar al flow lo ejecuta una vez, y to_deployment "
        "solo describe: quien los crea y los atiende es serve(…).",
        "tutorial/programacion#varios",
    )
    yield Punto(
        "uno_solo",
        "Hay dos deployments a la vez",
        len(todos) > 1,
        f"Solo está {', '.join(todos)}. Un .serve() no termina, así que lo que pongas detrás "
        "nunca llega. Da los dos a una sola llamada: serve(uno, otro).",
        "tutorial/programacion#varios",
    )
    yield Punto(
        "otros_nombres",
        "Se llaman diario y cada-hora",
        set(TIENDAS) <= set(todos),
        f"Ahora hay {', '.join(sorted(todos))}: {lo_que_falta(TIENDAS, todos)}. El nombre es el "
        "argumento name de to_deployment.",
        "tutorial/programacion#varios",
    )
    flows = {todos[nombre].flow_id for nombre in TIENDAS}
    yield Punto(
        "dos_flows",
        "Los dos son del mismo flow",
        len(flows) == 1,
        "Son de dos flows distintos. Escribe uno solo y llama dos veces a su to_deployment: "
        "lo que cambia va en los parámetros.",
        "referencia/glosario#deployment",
    )


def los_horarios(
    practica: Practica, diario: "DeploymentResponse", cada_hora: "DeploymentResponse"
) -> Iterator[Punto]:
    """A qué horas los va a ejecutar el servidor."""
    sin_horario = [d.name for d in (diario, cada_hora) if not d.schedules]
    yield Punto(
        "sin_horario",
        "Los dos tienen horario",
        not sin_horario,
        f"No lo {segun(len(sin_horario), 'tiene', 'tienen')} {' ni '.join(sin_horario)}. "
        "Dáselo a to_deployment con schedule.",
        "tutorial/programacion#varios",
    )
    horas = [
        run.expected_start_time.astimezone(MEXICO) for run in proximas(practica, diario)
    ]
    a_su_hora = {f"{hora:%H:%M}" for hora in horas} == {"08:00"}
    zonas = {getattr(h.schedule, "timezone", None) or "UTC" for h in diario.schedules}
    if zonas == {"UTC"} and a_su_hora:
        practica.avisos.append(ACIERTA_HOY)  # el enunciado pide la hora, y es esa
    else:
        yield Punto(
            "sin_zona",
            "El diario sabe en qué zona horaria está",
            zonas != {"UTC"},
            f"Su zona es UTC: {en_mexico(horas)}. Usa "
            'Cron(…, timezone="America/Mexico_City").',
            "tutorial/programacion#cron",
        )
    vistas = ", ".join(f"{hora:%d/%m %H:%M}" for hora in horas)
    yield Punto(
        "otra_hora",
        "El diario se ejecuta cada día a las 8:00 de Ciudad de México",
        a_su_hora and esperas(horas) == {timedelta(days=1)},
        f"Las próximas serán, con el reloj de México: {vistas}. En un cron, el primer campo es "
        "el minuto y el segundo, la hora.",
        "tutorial/programacion#cron",
    )
    siguientes = [run.expected_start_time for run in proximas(practica, cada_hora)]
    yield Punto(
        "cada_cuanto",
        "El otro se ejecuta cada hora",
        esperas(siguientes) == {timedelta(hours=1)},
        f"Entre una ejecución y otra pasa {' o '.join(map(str, esperas(siguientes)))}. Interval "
        'cuenta segundos, y en un cron cada hora es "0 * * * *".',
        "tutorial/programacion#cron",
    )


def los_parametros(
    diario: "DeploymentResponse", cada_hora: "DeploymentResponse"
) -> Iterator[Punto]:
    """Con qué parámetros se ejecutará cada uno."""
    yield Punto(
        "mismos_parametros",
        "Cada uno lleva sus parámetros",
        diario.parameters != cada_hora.parameters,
        f"Los dos llevan {diario.parameters}. Dáselos a cada to_deployment con "
        'parameters={"tienda": …}.',
        "referencia/glosario#deployment",
    )
    cruzados = [
        f"{d.name} lleva {d.parameters}"
        for d in (diario, cada_hora)
        if TIENDAS[d.name] not in d.parameters.values()
    ]
    yield Punto(
        "otros_parametros",
        "diario cuenta las ventas de Puebla y cada-hora, las de Monterrey",
        not cruzados,
        f"Ahora {' y '.join(cruzados)}. Revisa los parameters de cada to_deployment.",
        "referencia/glosario#deployment",
    )


def la_ejecucion(otra_vez: bool, completa: bool, visto: str) -> Iterator[Punto]:
    """Que el programa ejecute lo que se le pide.

    Args:
        otra_vez: si, al ejecutar el flow, el archivo se ha puesto a servir de nuevo.
        completa: si la ejecución ha terminado bien.
        visto: lo que se sabe de ella.
    """
    yield Punto(
        "sin_main",
        "El archivo se puede importar sin que vuelva a servir",
        not otra_vez,
        "He pedido una ejecución y tu programa se ha puesto a servir otra vez: al ejecutar un "
        'flow se importa su archivo. Pon serve(…) dentro de if __name__ == "__main__":.',
        "tutorial/programacion#que-ha-pasado",
    )
    yield Punto(
        "no_se_ejecuta",
        "El diario se ejecuta bien cuando se le pide",
        completa,
        f"He pedido una ejecución y {visto}. ¿Coinciden los nombres de "
        "parameters con los parámetros del flow?",
        "referencia/glosario#parametro",
    )


def pedir(
    practica: Practica, diario: "DeploymentResponse"
) -> tuple["FlowRun | None", str]:
    """Pide una ejecución; si el servidor no la admite, por qué."""
    try:
        return practica.cliente.create_flow_run_from_deployment(diario.id), ""
    except PrefectHTTPStatusError as error:
        detalle = error.response.json()["detail"]
        return None, f"el servidor no la admite: {detalle}"


def ejecutar(
    practica: Practica, run: "FlowRun", basta: Callable[[], bool]
) -> tuple[bool, str]:
    """Espera a una ejecución: si se completa y qué se ha visto."""
    cliente = practica.cliente
    esperar(lambda: basta() or cliente.read_flow_run(run.id).state.is_final(), LIMITE_S)
    estado = cliente.read_flow_run(run.id).state
    return estado.is_completed(), f"está en {estado.name}: {estado.message}"


def esperar_deployments(practica: Practica, servido: Servido) -> None:
    """Espera a que estén los dos, o a saber que no llegarán."""
    cliente = practica.cliente
    desde = datetime.now(UTC)

    def estan() -> bool:
        return len(cliente.read_deployments()) > 1 or not servido.sigue()

    def algo() -> bool:
        return SERVIDO in servido.salida or estan() or bool(empezadas(cliente, desde))

    def anunciado() -> bool:
        return SERVIDO in servido.salida or not servido.sigue()

    esperar(algo, LIMITE_S)
    esperar(estan, PRORROGA_S)
    esperar(anunciado, PRORROGA_S)


def en_mexico(horas: list[datetime]) -> str:
    """Qué hora es en México cuando en UTC es la de su próxima ejecución.

    Args:
        horas: las de sus próximas ejecuciones, con el reloj de México.
    """
    if not horas:
        return "y así no tiene ninguna ejecución por delante"
    en_utc = horas[0].astimezone(UTC)
    return f"sus {en_utc:%H:%M} son las {horas[0]:%H:%M} en Ciudad de México"


def esperas(instantes: list[datetime]) -> set[timedelta]:
    """Cuánto pasa entre cada instante y el siguiente."""
    return {
        timedelta(seconds=(despues - antes).total_seconds())
        for antes, despues in pairwise(instantes)
    }
