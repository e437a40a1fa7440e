"""Lo que «Atrasos y solapes» afirma y sus salidas no demuestran, casi sin ejecutar flows.

Qué pasa con la ejecución que no cabe lo decide el servidor cuando alguien le pide que la ponga
en marcha: aquí lo piden las pruebas, como lo pediría un worker.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from consultas import CON_PRISA, en_marcha, servir_prefect
from httpx import HTTPStatusError
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
)
from prefect.client.schemas.objects import (
    ConcurrencyLimitStrategy,
    ConcurrencyOptions,
    State,
)
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Completed, Pending, Scheduled

from motor.espera import esperar
from motor.prefect_por_dentro import SERVIDOR_LISTO
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = "produccion/solapes"
LIMITE_S = 90
EN_COLA = "AwaitingConcurrencySlot"


@pytest.fixture(scope="module")
def caja(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """Los cuatro deployments, en un servidor que enseguida da por tarde lo que nadie recoge."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    servir_prefect(terminal, CON_PRISA)
    for programa in ("cierre_caja", "desplegar_cierres", "noches"):
        terminal.guardar(f"{PAGINA}/{programa}.py")
    with SyncPrefectClient(terminal.api) as cliente:
        cliente.create_work_pool(WorkPoolCreate(name="cajas", type="process"))
    desplegado = terminal.ejecutar("python desplegar_cierres.py")
    assert desplegado.codigo == 0, desplegado.salida
    yield terminal
    terminal.cerrar()


@pytest.fixture
def servidor(caja: Terminal) -> Iterator[SyncPrefectClient]:
    with SyncPrefectClient(caja.api) as cliente:
        yield cliente


def pedir(servidor: SyncPrefectClient, deployment: UUID | str, hace: float = 0) -> UUID:
    """Una ejecución nueva.

    Args:
        servidor: a quién se le pide.
        deployment: su nombre, de los cuatro de la página, o su identidad.
        hace: cuántos segundos hace que debería haber empezado.
    """
    if isinstance(deployment, str):
        nombre = f"cierre-de-caja/{deployment}"
        deployment = servidor.read_deployment_by_name(nombre).id
    cuando = datetime.now(UTC) - timedelta(seconds=hace)
    estado = Scheduled(scheduled_time=cuando)
    return servidor.create_flow_run_from_deployment(deployment, state=estado).id


def empezar(servidor: SyncPrefectClient, run: UUID) -> tuple[SetStateStatus, State]:
    """Lo que contesta el servidor a un worker que va a lanzar una ejecución, y cómo la deja."""
    respuesta = servidor.set_flow_run_state(run, Pending())
    return respuesta.status, servidor.read_flow_run(run).state


def acabar(servidor: SyncPrefectClient, run: UUID) -> None:
    respuesta = servidor.set_flow_run_state(run, Completed())
    assert respuesta.status == SetStateStatus.ACCEPT


def test_pedir_dos_veces_las_mismas_noches_no_las_repite(
    caja: Terminal, servidor: SyncPrefectClient
) -> None:
    hasta_ahora = FlowRunFilterExpectedStartTime(before_=datetime.now(UTC))

    def atrasadas() -> list[datetime]:
        deployment = servidor.read_deployment_by_name("cierre-de-caja/libre")
        runs = servidor.read_flow_runs(
            flow_run_filter=FlowRunFilter(expected_start_time=hasta_ahora),
            deployment_filter=DeploymentFilter(
                id=DeploymentFilterId(any_=[deployment.id])
            ),
        )
        assert all(run.auto_scheduled for run in runs)
        return sorted(run.expected_start_time for run in runs)

    assert caja.ejecutar("python noches.py").codigo == 0
    una, otra = atrasadas()
    assert otra - una == timedelta(days=1)
    assert (una.hour, una.minute) == (3, 0)

    assert caja.ejecutar("python noches.py").codigo == 0
    assert atrasadas() == [una, otra]


def test_en_cola_la_que_no_cabe_espera_y_entra_cuando_hay_sitio(
    servidor: SyncPrefectClient,
) -> None:
    una, otra = pedir(servidor, "en-cola"), pedir(servidor, "en-cola")
    assert empezar(servidor, una)[0] == SetStateStatus.ACCEPT

    antes = datetime.now(UTC)
    respuesta, estado = empezar(servidor, otra)
    assert (respuesta, estado.name) == (SetStateStatus.REJECT, EN_COLA)
    espera = estado.state_details.scheduled_time - antes
    assert timedelta(seconds=25) < espera < timedelta(seconds=35)

    acabar(servidor, una)
    assert empezar(servidor, otra)[0] == SetStateStatus.ACCEPT
    acabar(servidor, otra)


def test_sin_repetir_se_cancela_la_que_llega_mientras_otra_trabaja(
    servidor: SyncPrefectClient,
) -> None:
    vieja = pedir(servidor, "sin-repetir", hace=3600)
    nueva = pedir(servidor, "sin-repetir")
    assert empezar(servidor, vieja)[0] == SetStateStatus.ACCEPT

    respuesta, estado = empezar(servidor, nueva)

    assert (respuesta, estado.name) == (SetStateStatus.REJECT, "Cancelled")
    assert estado.message == "Deployment concurrency limit reached."
    acabar(servidor, vieja)


def test_sin_repetir_lo_atrasado_se_cancela_si_el_limite_esta_lleno(
    servidor: SyncPrefectClient,
) -> None:
    """Prefect #21060 y #16984: nadie la recoge, porque el worker está ocupado."""
    una = pedir(servidor, "sin-repetir")
    assert empezar(servidor, una)[0] == SetStateStatus.ACCEPT

    atrasada = pedir(servidor, "sin-repetir", hace=60)
    sin_limite = pedir(servidor, "libre", hace=60)

    def estados(run: UUID) -> list[str]:
        return [estado.name for estado in servidor.read_flow_run_states(run)]

    assert esperar(lambda: len(estados(atrasada)) > 1, LIMITE_S)
    assert esperar(lambda: len(estados(sin_limite)) > 1, LIMITE_S)
    assert estados(atrasada) == ["Scheduled", "Cancelled"]
    assert estados(sin_limite) == ["Scheduled", "Late"]
    acabar(servidor, una)


def test_un_limite_que_es_un_numero_pone_en_cola(servidor: SyncPrefectClient) -> None:
    flow = servidor.read_flow_by_name("cierre-de-caja").id
    deployment = servidor.create_deployment(flow, "con-numero", concurrency_limit=1)
    una, otra = pedir(servidor, deployment), pedir(servidor, deployment)
    assert empezar(servidor, una)[0] == SetStateStatus.ACCEPT
    assert empezar(servidor, otra)[1].name == EN_COLA


def test_el_limite_es_de_cada_deployment(servidor: SyncPrefectClient) -> None:
    una, otra = pedir(servidor, "en-cola"), pedir(servidor, "sin-repetir")
    assert empezar(servidor, una)[0] == SetStateStatus.ACCEPT
    assert empezar(servidor, otra)[0] == SetStateStatus.ACCEPT
    acabar(servidor, una)
    acabar(servidor, otra)


def test_prefect_deploy_pone_el_limite_y_la_estrategia(
    caja: Terminal, servidor: SyncPrefectClient
) -> None:
    hecho = caja.ejecutar(
        "prefect deploy cierre_caja.py:cierre_de_caja --name con-orden --pool cajas"
        " --concurrency-limit 1 --collision-strategy CANCEL_NEW --no-prompt"
    )
    assert hecho.codigo == 0, hecho.salida
    deployment = servidor.read_deployment_by_name("cierre-de-caja/con-orden")
    assert deployment.global_concurrency_limit.limit == 1
    assert deployment.concurrency_options == ConcurrencyOptions(
        collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
    )


def test_al_que_no_cabe_el_servidor_le_dice_cuanto_esperar(
    servidor: SyncPrefectClient,
) -> None:
    servidor.create_concurrency_limit("una-sola", concurrency_limit=1)
    plaza = {"slots": 1, "names": ["tag:una-sola"], "mode": "concurrency"}

    def intentar() -> float:
        try:
            servidor.request(
                "POST", "/v2/concurrency_limits/increment", json=plaza
            ).raise_for_status()
        except HTTPStatusError as error:
            assert error.response.status_code == 423
            return float(error.response.headers["Retry-After"])
        return 0

    assert intentar() == 0
    esperas = [intentar() for _ in range(30)]
    assert min(esperas) > 1
    assert len(set(esperas)) > 1


MUERE_DENTRO = """
import os
from prefect import flow, task

@task(tags=["una-conexion"])
def conectar():
    os._exit(1)

@flow
def muere_dentro():
    conectar()

muere_dentro()
"""
ETIQUETA, LIMITE = "una-conexion", "tag:una-conexion"
UN_SITIO = {"slots": 1, "names": [LIMITE], "mode": "concurrency"}


def morir_dentro(terminal: Terminal, servidor: SyncPrefectClient) -> None:
    """Una task muere con el único sitio de su etiqueta."""
    servidor.create_concurrency_limit(ETIQUETA, concurrency_limit=1)
    (terminal.carpeta / "muere_dentro.py").write_text(MUERE_DENTRO, "utf-8")
    terminal.ejecutar("python muere_dentro.py")
    assert not hay_sitio(servidor)
    assert len(servidor.read_concurrency_limit_by_tag(ETIQUETA).active_slots) == 1


def hay_sitio(servidor: SyncPrefectClient) -> bool:
    """Si el servidor dejaría entrar a otra."""
    return not servidor.read_global_concurrency_limit_by_name(LIMITE).active_slots


def test_lo_que_ocupa_quien_muere_se_libera_pasado_un_minuto(
    caja: Terminal, servidor: SyncPrefectClient
) -> None:
    empieza = time.monotonic()
    morir_dentro(caja, servidor)
    assert esperar(lambda: hay_sitio(servidor), 3 * LIMITE_S)
    assert time.monotonic() - empieza > 60


def test_si_el_servidor_se_reinicia_lo_que_ocupaba_quien_murio_no_se_libera(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.ejecutar("prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api")
    with SyncPrefectClient(terminal.api) as servidor:
        with servidor_en_marcha(terminal, servidor):
            morir_dentro(terminal, servidor)
        with servidor_en_marcha(terminal, servidor):
            assert not servidor.read_concurrency_limit_by_tag(ETIQUETA).active_slots
            servidor.reset_concurrency_limit_by_tag(ETIQUETA)
            with pytest.raises(HTTPStatusError, match="423"):
                servidor.request(
                    "POST", "/v2/concurrency_limits/increment", json=UN_SITIO
                ).raise_for_status()
            a_cero = (
                f"prefect global-concurrency-limit update {LIMITE} --active-slots 0"
            )
            assert terminal.ejecutar(a_cero).codigo == 0
            assert hay_sitio(servidor)
    terminal.cerrar()


@contextmanager
def servidor_en_marcha(
    terminal: Terminal, cliente: SyncPrefectClient
) -> Iterator[None]:
    """Uno que se para al salir, con su base de datos donde estaba."""
    with en_marcha(terminal, ["prefect", "server", "start"], SERVIDOR_LISTO):
        assert esperar(lambda: cliente.api_healthcheck() is None, LIMITE_S)
        yield


SIN_CREAR = """
from prefect import flow
from prefect.concurrency.sync import concurrency

@flow
def una_plaza(strict):
    with concurrency("nadie-lo-ha-creado", occupy=1, strict=strict):
        print("dentro")

una_plaza(False)
una_plaza(True)
"""


def test_un_limite_que_no_existe_avisa_y_con_strict_es_un_error(caja: Terminal) -> None:
    (caja.carpeta / "sin_crear.py").write_text(SIN_CREAR, "utf-8")

    hecho = caja.ejecutar("python sin_crear.py")

    assert hecho.codigo == 1
    assert hecho.salida.count("\ndentro\n") == 1
    assert "do not exist - skipping acquisition" in hecho.salida
    assert "must be created before acquiring slots" in hecho.salida
