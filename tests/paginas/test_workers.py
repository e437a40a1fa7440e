"""Quién va antes y quién se entera de una muerte: docs/produccion/workers.md.

Qué ejecución va antes lo decide el servidor cuando un worker pregunta: casi siempre preguntan
aquí las pruebas. Workers de verdad hay dos: uno que acaba bien y otro que muere.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from consultas import LIMITE_DE_HORARIO_S, cambiar, en_marcha, esperar_estado
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, WorkerStatus
from prefect.server.schemas.core import Worker
from prefect.server.schemas.responses import WorkerResponse
from prefect.settings import Settings
from prefect.states import Completed, Pending, Running, Scheduled, Suspended

from motor.ejecuciones import identificadores
from motor.espera import esperar
from verificador import plugin
from verificador.mascaras import sin_ocasionales
from verificador.terminal import Terminal

PAGINA = "produccion/workers"
LATIDO = "prefect.flow-run.heartbeat"
LATIDO_S = 30
UNA_VEZ = """
import os
import signal
import time
from pathlib import Path
from prefect import flow

@flow
def espera_a_la_otra(yo: str, otra: str):
    Path(yo).touch()
    limite = time.monotonic() + 60
    while not Path(otra).exists():
        assert time.monotonic() < limite, "la otra no ha empezado"
        time.sleep(0.1)

@flow(retries=2)
def muere_siempre():
    with open("veces.txt", "a") as veces:
        veces.write("una\\n")
    os.kill(os.getpid(), signal.SIGKILL)
"""
SIN_SU_WORKER = """
import time
from pathlib import Path
from prefect import flow

@flow(log_prints=True)
def habla():
    while not Path("acabad").exists():
        print("sigo")
        time.sleep(0.2)
    print("acabo")

@flow
def calla():
    Path("ya no escribe").touch()
    while not Path("acabad").exists():
        time.sleep(0.2)
"""


@pytest.fixture(scope="module")
def equipo(pytestconfig: pytest.Config, puerto: int) -> Iterator[Terminal]:
    """Una terminal para todo el módulo, con los flows de las pruebas."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    (nueva.carpeta / "una_vez.py").write_text(UNA_VEZ, "utf-8")
    (nueva.carpeta / "sin_su_worker.py").write_text(SIN_SU_WORKER, "utf-8")
    yield nueva
    nueva.cerrar()


@pytest.fixture(scope="module")
def servidor(equipo: Terminal) -> Iterator[SyncPrefectClient]:
    with SyncPrefectClient(equipo.api) as nuevo:
        yield nuevo


@pytest.fixture(scope="module")
def acabado(equipo: Terminal, servidor: SyncPrefectClient) -> dict[str, FlowRun]:
    """Lo que hizo un worker sin límites, que ya se ha detenido, por el nombre de su deployment."""
    desplegar = "prefect deploy una_vez.py:{} --pool acabado --no-prompt --name {}\n"
    pedido = equipo.ejecutar(
        "prefect work-pool create acabado --type process\n"
        "prefect work-queue create urgentes --pool acabado --priority 1\n"
        + desplegar.format("espera_a_la_otra", "rutina --param yo=una --param otra=dos")
        + desplegar.format(
            "espera_a_la_otra",
            "urgente --work-queue urgentes --param yo=dos --param otra=una",
        )
        + desplegar.format("muere_siempre", "mortal")
        + "prefect deployment run espera-a-la-otra/rutina\n"
        "prefect deployment run espera-a-la-otra/urgente\n"
        "prefect deployment run muere-siempre/mortal\n"
    )
    assert pedido.codigo == 0, pedido.salida
    trabajo = equipo.ejecutar("prefect worker start --pool acabado --run-once -n noche")
    assert trabajo.codigo == 0, trabajo.salida
    nombres = {d.id: d.name for d in servidor.read_deployments()}
    return {
        nombres[run.deployment_id]: run
        for run in servidor.read_flow_runs()
        if run.work_pool_name == "acabado"
    }


class Reparto:
    """Un work pool con dos cosas que pedirle, y lo que daría a un worker que preguntara."""

    def __init__(self, servidor: SyncPrefectClient) -> None:
        self.servidor = servidor
        self.pool = f"pool-{uuid4().hex[:6]}"
        servidor.create_work_pool(WorkPoolCreate(name=self.pool, type="process"))
        servidor.create_work_queue("urgentes", work_pool_name=self.pool, priority=1)
        flow = servidor.create_flow_from_name("repartido")
        self.deployments = {
            cola: servidor.create_deployment(
                flow,
                f"{self.pool}-{cola}",
                work_pool_name=self.pool,
                work_queue_name=cola,
            )
            for cola in ("default", "urgentes")
        }

    def pedir(self, cola: str, hace: float = 0) -> UUID:
        """Una ejecución de una cola, que tocaba hace unos segundos."""
        cuando = datetime.now(UTC) - timedelta(seconds=hace)
        return self.servidor.create_flow_run_from_deployment(
            self.deployments[cola], state=Scheduled(scheduled_time=cuando)
        ).id

    def tocan(self) -> list[UUID]:
        dadas = self.servidor.get_scheduled_flow_runs_for_work_pool(self.pool)
        return [dada.flow_run.id for dada in dadas]

    def prioridades(self) -> dict[str, int]:
        colas = self.servidor.read_work_queues(self.pool)
        return {cola.name: cola.priority for cola in colas}


@pytest.fixture
def reparto(servidor: SyncPrefectClient) -> Reparto:
    return Reparto(servidor)


def test_la_cola_que_llega_a_un_puesto_ocupado_hace_bajar_a_las_de_detras(
    reparto: Reparto,
) -> None:
    assert reparto.prioridades() == {"urgentes": 1, "default": 2}
    crear = reparto.servidor.create_work_queue
    crear("media", work_pool_name=reparto.pool, priority=2)
    assert reparto.prioridades() == {"urgentes": 1, "media": 2, "default": 3}


def test_dos_colas_con_la_misma_prioridad_se_mezclan(reparto: Reparto) -> None:
    """La orden que crea una cola no las deja así; el cliente que la cambia, sí."""
    primera, segunda = reparto.pedir("default", hace=60), reparto.pedir("urgentes", 30)
    tercera = reparto.pedir("default", hace=10)
    assert reparto.tocan() == [segunda, primera, tercera]
    cola = reparto.servidor.read_work_queue_by_name("default", reparto.pool)
    reparto.servidor.update_work_queue(cola.id, priority=1)
    assert reparto.prioridades() == {"urgentes": 1, "default": 1}
    assert reparto.tocan() == [primera, segunda, tercera]


def test_dentro_de_una_cola_va_antes_la_que_tocaba_antes(reparto: Reparto) -> None:
    """También frente a la que se repite, que toca cuando se pide que se repita."""
    repetida = reparto.pedir("default", hace=60)
    reparto.servidor.set_flow_run_state(repetida, Running(), force=True)
    nueva, vieja = reparto.pedir("default", hace=10), reparto.pedir("default", hace=30)
    reparto.servidor.set_flow_run_state(repetida, Scheduled(), force=True)
    urgente = reparto.pedir("urgentes")
    assert reparto.tocan() == [urgente, vieja, nueva, repetida]


def test_el_limite_del_work_pool_tambien_reparte_por_prioridad(
    reparto: Reparto,
) -> None:
    de_rutina, urgente = reparto.pedir("default", hace=60), reparto.pedir("urgentes")
    assert reparto.tocan() == [urgente, de_rutina]
    reparto.servidor.update_work_pool(reparto.pool, WorkPoolUpdate(concurrency_limit=1))
    assert reparto.tocan() == [urgente]


def test_la_urgente_no_echa_a_la_que_esta_en_marcha(reparto: Reparto) -> None:
    reparto.servidor.update_work_pool(reparto.pool, WorkPoolUpdate(concurrency_limit=1))
    de_rutina = reparto.pedir("default")
    reparto.servidor.set_flow_run_state(de_rutina, Running(), force=True)
    urgente = reparto.pedir("urgentes")
    assert reparto.tocan() == []
    assert reparto.servidor.read_flow_run(de_rutina).state_name == "Running"
    reparto.servidor.set_flow_run_state(de_rutina, Completed(), force=True)
    assert reparto.tocan() == [urgente]


def test_la_que_se_quedo_en_pending_no_se_vuelve_a_dar(reparto: Reparto) -> None:
    perdida, otra = reparto.pedir("default", hace=60), reparto.pedir("default")
    assert reparto.tocan() == [perdida, otra]
    reparto.servidor.set_flow_run_state(perdida, Pending())
    assert reparto.tocan() == [otra]


def test_sin_limite_la_prioridad_no_hace_esperar_a_nadie(
    acabado: dict[str, FlowRun],
) -> None:
    """Cada una acaba solo si la otra ha empezado."""
    assert acabado["rutina"].state_name == "Completed"
    assert acabado["urgente"].state_name == "Completed"


def test_retries_no_repite_lo_que_muere(
    equipo: Terminal, acabado: dict[str, FlowRun]
) -> None:
    assert acabado["mortal"].state_name == "Crashed"
    assert acabado["mortal"].empirical_policy.retries == 2
    assert (equipo.carpeta / "veces.txt").read_text("utf-8") == "una\n"


def test_un_worker_que_se_detiene_bien_sigue_constando_online(
    servidor: SyncPrefectClient, acabado: dict[str, FlowRun]
) -> None:
    (worker,) = servidor.read_workers_for_work_pool("acabado")
    assert (worker.name, worker.status) == ("noche", WorkerStatus.ONLINE)


def test_un_worker_consta_offline_a_los_tres_latidos_que_faltan(
    reparto: Reparto,
) -> None:
    assert Settings().worker.heartbeat_seconds == LATIDO_S
    assert Settings().server.services.foreman.inactivity_heartbeat_multiple == 3

    def callado(segundos: float) -> str:
        ultimo = datetime.now(UTC) - timedelta(seconds=segundos)
        worker = Worker(
            name="noche",
            work_pool_id=uuid4(),
            last_heartbeat_time=ultimo,
            heartbeat_interval_seconds=LATIDO_S,
        )
        return WorkerResponse.model_validate(worker, from_attributes=True).status

    assert callado(3 * LATIDO_S - 5) == "ONLINE"
    assert callado(3 * LATIDO_S + 1) == "OFFLINE"

    def constan() -> list[WorkerStatus]:
        workers = reparto.servidor.read_workers_for_work_pool(reparto.pool)
        return [worker.status for worker in workers]

    reparto.servidor.send_worker_heartbeat(reparto.pool, "noche", 1)
    assert esperar(lambda: constan() == [WorkerStatus.OFFLINE], LATIDO_S)


def test_un_worker_con_el_mismo_nombre_es_el_mismo(reparto: Reparto) -> None:
    for nombre in ("noche", "relevo", "noche"):
        reparto.servidor.send_worker_heartbeat(reparto.pool, nombre, LATIDO_S)
    workers = reparto.servidor.read_workers_for_work_pool(reparto.pool)
    assert sorted(worker.name for worker in workers) == ["noche", "relevo"]


def latir(servidor: SyncPrefectClient, run: UUID) -> None:
    """Da un latido de una ejecución, como lo daría ella."""
    latido = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": LATIDO,
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
    }
    servidor.request("POST", "/events", json=[latido]).raise_for_status()


def latidos(servidor: SyncPrefectClient, run: UUID) -> int:
    """Los que el servidor ha anotado de una ejecución."""
    suyos = {
        "event": {"name": [LATIDO]},
        "resource": {"id": [f"prefect.flow-run.{run}"]},
    }
    hay = servidor.request("POST", "/events/filter", json={"filter": suyos})
    return hay.json()["total"]


def test_una_ejecucion_da_un_latido_al_empezar(
    equipo: Terminal, servidor: SyncPrefectClient
) -> None:
    """En las demás pruebas se ahorran; aquí no."""
    (equipo.carpeta / "acabad").touch()
    with (equipo.carpeta / "sin_su_worker.py").open("a", encoding="utf-8") as programa:
        programa.write("\nif __name__ == '__main__':\n    calla()\n")
    hecho = equipo.ejecutar("GUIA_SIN_LATIDO= python sin_su_worker.py")
    for archivo in ("acabad", "ya no escribe"):
        (equipo.carpeta / archivo).unlink()
    (run,) = identificadores(hecho.salida)
    assert esperar(lambda: latidos(servidor, run) == 1, LIMITE_DE_HORARIO_S)


def test_la_regla_da_por_muerta_a_la_que_deja_de_dar_latidos(
    equipo: Terminal, reparto: Reparto
) -> None:
    """Y no a la que acabó, ni a la que está suspendida."""
    servidor = reparto.servidor
    servidor.update_work_pool(reparto.pool, WorkPoolUpdate(concurrency_limit=2))
    programa = equipo.guardar(f"{PAGINA}/vigilar.py")
    cambiar(programa, "minutes=10", "seconds=10")
    creada = equipo.ejecutar("python vigilar.py")
    assert creada.codigo == 0, creada.salida
    acaba, suspendida, calla, espera = (
        reparto.pedir("default", hace) for hace in (40, 30, 20, 10)
    )
    for run in (acaba, suspendida, calla):
        servidor.set_flow_run_state(run, Running(), force=True)
        latir(servidor, run)
    assert reparto.tocan() == []
    servidor.set_flow_run_state(acaba, Completed())
    servidor.set_flow_run_state(suspendida, Suspended(timeout_seconds=600))
    servidor.update_work_pool(reparto.pool, WorkPoolUpdate(concurrency_limit=1))
    assert reparto.tocan() == []

    def muerta() -> bool:
        return servidor.read_flow_run(calla).state_name == "Crashed"

    assert esperar(muerta, LIMITE_DE_HORARIO_S)
    assert servidor.read_flow_run(calla).state.message == "No da latidos"
    assert servidor.read_flow_run(acaba).state_name == "Completed"
    assert servidor.read_flow_run(suspendida).state_name == "Suspended"
    assert reparto.tocan() == [espera]
    for regla in servidor.request("POST", "/automations/filter", json={}).json():
        servidor.delete_automation(UUID(regla["id"]))


def test_deploy_crea_la_cola_que_no_existe_y_va_la_ultima(
    equipo: Terminal, reparto: Reparto
) -> None:
    hecho = equipo.ejecutar(
        "prefect deploy sin_su_worker.py:calla --name con-errata --no-prompt"
        f" --pool {reparto.pool} --work-queue urgntes"
    )
    assert hecho.codigo == 0, hecho.salida
    assert reparto.prioridades() == {"urgentes": 1, "default": 2, "urgntes": 3}


def test_un_worker_de_una_cola_que_no_existe_no_dice_nada(
    equipo: Terminal, reparto: Reparto
) -> None:
    reparto.pedir("default")
    trabajo = equipo.ejecutar(
        f"prefect worker start --pool {reparto.pool} --work-queue urgntes --run-once"
    )
    assert trabajo.codigo == 0
    assert "urgntes" not in trabajo.salida
    dicho = [*sin_ocasionales(trabajo.salida.splitlines())]
    assert [linea.split()[0] for linea in dicho] == ["Discovered", "Worker", "Worker"]
    assert list(reparto.prioridades()) == ["urgentes", "default"]


def test_sin_su_worker_solo_acaba_la_que_calla(
    equipo: Terminal, servidor: SyncPrefectClient
) -> None:
    """O la que no escribe en la terminal del worker, aunque escriba en su log."""
    desplegar = (
        "prefect deploy sin_su_worker.py:{} --pool muerto --no-prompt --name {}\n"
    )
    pedido = equipo.ejecutar(
        "prefect work-pool create muerto --type process\n"
        + desplegar.format("habla", "conectada")
        + desplegar.format("calla", "callada")
        + desplegar.format(
            "habla", """suelta --job-variable '{"stream_output": false}'"""
        )
        + "prefect deployment run habla/conectada\n"
        "prefect deployment run calla/callada\n"
        "prefect deployment run habla/suelta\n"
    )
    assert pedido.codigo == 0, pedido.salida
    orden = ["prefect", "worker", "start", "--pool", "muerto"]
    with en_marcha(
        equipo, orden, "started!", PREFECT_WORKER_QUERY_SECONDS="1"
    ) as worker:
        for nombre in ("conectada", "callada", "suelta"):
            esperar_estado(servidor, nombre, "Running")
        ya_no_escribe = equipo.carpeta / "ya no escribe"
        assert esperar(ya_no_escribe.exists, LIMITE_DE_HORARIO_S)
        worker.kill()

    esperar_estado(servidor, "conectada", "Crashed")
    (equipo.carpeta / "acabad").touch()
    esperar_estado(servidor, "callada", "Completed")
    (suelta,) = esperar_estado(servidor, "suelta", "Completed")

    (run,) = [run for run in servidor.read_flow_runs() if run.name == suelta]
    suyo = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id]))
    assert esperar(
        lambda: "acabo" in [log.message for log in servidor.read_logs(suyo, limit=200)],
        LIMITE_DE_HORARIO_S,
    )
