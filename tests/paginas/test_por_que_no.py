"""Cada causa por la que algo no se ejecuta, y que `por_que_no.py` no la confunde con otra."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from consultas import LIMITE_S, servir_prefect
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import (
    AwaitingConcurrencySlot,
    Completed,
    Pending,
    Running,
    Scheduled,
)
from prefect.utilities.importtools import load_script_as_module

from motor.espera import esperar
from motor.rutas import SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

NOMBRE = "arqueo-de-caja/noche"
CADA_NOCHE = CronSchedule(cron="0 3 * * *", timezone="America/Mexico_City")
PROGRAMA = "produccion/por-que-no/por_que_no.py"
CON_ETIQUETA = """
from prefect import flow, task

@task(tags=["api"])
def consultar() -> None: ...

@flow
def arqueo_de_caja() -> None:
    consultar()
"""
Explicar = Callable[[], str]


@pytest.fixture
def por_que_no(terminal: Terminal) -> Iterator[Explicar]:
    """Pregunta por el deployment al servidor de la prueba, y da la causa."""
    programa = load_script_as_module(str(SNIPPETS / PROGRAMA))
    with temporary_settings({PREFECT_API_URL: terminal.api}):
        yield lambda: programa.explicar(NOMBRE)[0]


@pytest.fixture
def noche(cliente: SyncPrefectClient) -> UUID:
    """El deployment de una página recién leída: en un work pool, con un worker que pregunta."""
    cliente.create_work_pool(
        WorkPoolCreate(name="cajas", type="process"), overwrite=True
    )
    cliente.update_work_pool("cajas", WorkPoolUpdate(is_paused=False))
    preguntar(cliente)
    return crear(cliente, work_pool_name="cajas")


def crear(cliente: SyncPrefectClient, **como: object) -> UUID:
    """Deja el deployment como nuevo, con lo que se diga."""
    flow = cliente.create_flow_from_name("arqueo-de-caja")
    for viejo in cliente.read_deployments():
        cliente.delete_deployment(viejo.id)
    return cliente.create_deployment(flow_id=flow, name="noche", **como)


def preguntar(cliente: SyncPrefectClient) -> None:
    """Hace lo que hace un worker: preguntar qué toca; y espera a que quede apuntado."""
    cliente.get_scheduled_flow_runs_for_work_pool("cajas", ["default"])

    def apuntado() -> bool:
        return bool(cliente.read_work_queue_by_name("default", "cajas").last_polled)

    assert esperar(apuntado, LIMITE_S)


def pedir(cliente: SyncPrefectClient, deployment: UUID, **como: object) -> UUID:
    """Pide una ejecución, para ahora mismo si no se dice otra cosa."""
    return cliente.create_flow_run_from_deployment(deployment, **como).id


def test_con_un_worker_que_pregunta_nada_lo_impide(
    por_que_no: Explicar, cliente: SyncPrefectClient, noche: UUID
) -> None:
    pedir(cliente, noche)
    assert por_que_no() == "nada lo impide"


def test_la_que_alguien_recogio_y_no_empieza(
    por_que_no: Explicar, cliente: SyncPrefectClient, noche: UUID
) -> None:
    cliente.set_flow_run_state(pedir(cliente, noche), Pending(), force=True)
    assert "la recogió y no ha llegado a empezar" in por_que_no()


def test_la_que_espera_por_el_limite_de_su_deployment(
    por_que_no: Explicar, cliente: SyncPrefectClient
) -> None:
    cliente.create_work_pool(
        WorkPoolCreate(name="cajas", type="process"), overwrite=True
    )
    limitado = crear(cliente, work_pool_name="cajas", concurrency_limit=1)
    espera = pedir(cliente, limitado)
    cliente.set_flow_run_state(espera, AwaitingConcurrencySlot(), force=True)
    assert "su límite es de 1 a la vez" in por_que_no()


def test_la_que_no_tiene_quien_la_sirva(
    por_que_no: Explicar, cliente: SyncPrefectClient
) -> None:
    pedir(cliente, crear(cliente))
    assert por_que_no() == "no está en marcha el programa que lo sirve"


@pytest.mark.parametrize(
    ("que", "dicho"),
    [
        ({"is_paused": True}, "el work pool cajas está en pausa"),
        ({"concurrency_limit": 0}, "el work pool cajas solo admite 0 a la vez"),
    ],
    ids=["en pausa", "lleno"],
)
def test_lo_que_retiene_el_work_pool(
    por_que_no: Explicar,
    cliente: SyncPrefectClient,
    noche: UUID,
    que: dict,
    dicho: str,
) -> None:
    pedir(cliente, noche)
    cliente.update_work_pool("cajas", WorkPoolUpdate(**que))
    assert por_que_no() == dicho
    cliente.update_work_pool(
        "cajas", WorkPoolUpdate(is_paused=False, concurrency_limit=None)
    )


@pytest.mark.parametrize(
    ("que", "dicho"),
    [
        ({"is_paused": True}, "la cola reservada está en pausa"),
        ({"concurrency_limit": 0}, "la cola reservada solo admite 0 a la vez"),
        ({}, "ningún worker atiende cajas/reservada; sí cajas/default"),
    ],
    ids=["en pausa", "llena", "sin worker"],
)
def test_lo_que_retiene_su_cola(
    por_que_no: Explicar,
    cliente: SyncPrefectClient,
    noche: UUID,
    que: dict,
    dicho: str,
) -> None:
    colas = {cola.name: cola.id for cola in cliente.read_work_queues("cajas")}
    suya = (
        colas.get("reservada")
        or cliente.create_work_queue("reservada", work_pool_name="cajas").id
    )
    cliente.update_work_queue(
        suya, **({"is_paused": False, "concurrency_limit": None} | que)
    )
    reservado = crear(cliente, work_pool_name="cajas", work_queue_name="reservada")
    pedir(cliente, reservado)
    assert por_que_no() == dicho


def test_la_que_esta_en_marcha_segun_el_servidor(
    por_que_no: Explicar, cliente: SyncPrefectClient, noche: UUID
) -> None:
    cliente.set_flow_run_state(pedir(cliente, noche), Running(), force=True)
    assert por_que_no() == "consta que se está ejecutando"


def test_la_que_se_pidio_para_luego(
    por_que_no: Explicar, cliente: SyncPrefectClient, noche: UUID
) -> None:
    luego = datetime.now(UTC) + timedelta(hours=2)
    pedir(cliente, noche, state=Scheduled(scheduled_time=luego))
    assert por_que_no() == "todavía no es su hora"


def test_un_deployment_sin_horario(por_que_no: Explicar, noche: UUID) -> None:
    assert por_que_no() == "no tiene horario"


def test_un_deployment_en_pausa(
    por_que_no: Explicar, cliente: SyncPrefectClient, noche: UUID
) -> None:
    cliente.create_deployment_schedules(noche, [(CADA_NOCHE, True)])
    cliente.pause_deployment(noche)
    assert por_que_no() == "el deployment está en pausa"


def test_un_horario_en_pausa(
    por_que_no: Explicar, cliente: SyncPrefectClient, noche: UUID
) -> None:
    cliente.create_deployment_schedules(noche, [(CADA_NOCHE, False)])
    assert por_que_no() == "su horario está en pausa"


@pytest.mark.parametrize(
    ("pedido", "dicho"),
    [
        ("", "Di de qué deployment: python por_que_no.py flow/deployment"),
        ("noche", "noche no es «flow/deployment»\n  → prefect deployment ls"),
    ],
    ids=["sin nombre", "sin su flow"],
)
def test_se_le_dice_de_que_deployment(
    terminal: Terminal, pedido: str, dicho: str
) -> None:
    terminal.guardar(PROGRAMA)
    assert dicho in terminal.ejecutar(f"python por_que_no.py {pedido}").salida


@pytest.fixture
def a_medias(cliente: SyncPrefectClient, noche: UUID) -> tuple[UUID, UUID, UUID]:
    """Una que ocupa el único sitio, la que espera por él y otra que nadie ha recogido."""
    limitado = crear(cliente, work_pool_name="cajas", concurrency_limit=1)
    ocupa, espera, sola = (pedir(cliente, limitado) for _ in range(3))
    for run in (ocupa, espera):  # lo que hace un worker antes de lanzar cada una
        cliente.set_flow_run_state(run, Pending())
    cliente.set_flow_run_state(ocupa, Running())
    assert cliente.read_flow_run(espera).state.name == "AwaitingConcurrencySlot"
    return ocupa, espera, sola


def test_lo_que_queda_a_medias_al_borrar_su_deployment(
    cliente: SyncPrefectClient, a_medias: tuple[UUID, UUID, UUID]
) -> None:
    ocupa, espera, sola = a_medias

    cliente.delete_deployment(cliente.read_deployment_by_name(NOMBRE).id)

    quedan = {run.id for run in cliente.read_flow_runs() if not run.state.is_final()}
    assert {ocupa, espera} <= quedan
    assert sola not in quedan
    with pytest.raises(PrefectHTTPStatusError, match="500"):
        cliente.set_flow_run_state(ocupa, Completed())
    cliente.delete_flow_run(ocupa)  # para que no estorbe a las demás pruebas


def test_lo_que_queda_a_medias_se_cancela_antes_de_borrarlo(
    terminal: Terminal, cliente: SyncPrefectClient, a_medias: tuple[UUID, UUID, UUID]
) -> None:
    terminal.guardar(PROGRAMA.replace("por_que_no.py", "cancelar_arqueos.py"))

    hecho = terminal.ejecutar("python cancelar_arqueos.py")

    assert hecho.codigo == 0, hecho.salida
    acaban = [cliente.read_flow_run(run).state.is_cancelled() for run in a_medias]
    assert acaban == [True, True, False]


def test_un_servidor_sin_servicios_no_anota_ejecuciones(
    pytestconfig: pytest.Config,
) -> None:
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    servir_prefect(nueva, "prefect server start --no-services")
    nueva.guardar(PROGRAMA)
    with SyncPrefectClient(nueva.api) as cliente:
        crear(cliente, schedules=[{"schedule": CADA_NOCHE, "active": True}])
    sin_esperas = "import por_que_no\nfrom datetime import timedelta\n"
    assert (
        "espera unos segundos"
        in nueva.ejecutar(f"python por_que_no.py {NOMBRE}").salida
    )
    (nueva.carpeta / "sin_esperas.py").write_text(
        f"{sin_esperas}por_que_no.SILENCIO = timedelta(0)\n"
        f'print(*por_que_no.explicar("{NOMBRE}"))\n',
        "utf-8",
    )
    dicho = nueva.ejecutar("python sin_esperas.py").salida
    nueva.cerrar()
    assert "el servidor no anota sus ejecuciones" in dicho
    assert "sin --no-services" in dicho


def test_una_task_que_espera_por_el_limite_de_su_etiqueta(
    por_que_no: Explicar, terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    cliente.create_concurrency_limit(tag="api", concurrency_limit=1)
    cliente.increment_concurrency_slots(["tag:api"], slots=1, mode="concurrency")
    (terminal.carpeta / "con_etiqueta.py").write_text(CON_ETIQUETA, "utf-8")
    terminal.ejecutar(
        "prefect work-pool create cajas --type process --overwrite\n"
        "prefect deploy con_etiqueta.py:arqueo_de_caja --name noche --pool cajas --no-prompt\n"
        f"prefect deployment run {NOMBRE}"
    )
    terminal.servir("prefect worker start --pool cajas", "Beginning flow run")
    assert esperar(lambda: "por el límite de la etiqueta api" in por_que_no(), LIMITE_S)
