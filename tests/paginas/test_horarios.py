"""Lo que «Horarios de la vida real» afirma y sus salidas no demuestran."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from consultas import cambiar
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import DeploymentSchedule, FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import PrefectHTTPStatusError
from prefect.schedules import Interval
from prefect.server.schemas.schedules import IntervalSchedule

from motor.prefect_por_dentro import programar
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = "produccion/horarios"
NOMBRE = "informe-de-producto/proveedores"
MADRID = "Europe/Madrid"
DESPLEGAR = "python desplegar_informes.py"


@pytest.fixture(scope="module")
def ana(pytestconfig: pytest.Config, puerto: int) -> Iterator[Terminal]:
    """La terminal de Ana, con el work pool creado y los programas guardados."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    for programa in ("informe_producto", "desplegar_informes", "pausar"):
        terminal.guardar(f"{PAGINA}/{programa}.py")
    pool = "prefect work-pool create locales --type process --overwrite"
    assert terminal.ejecutar(pool).codigo == 0
    yield terminal
    terminal.cerrar()


@pytest.fixture
def servidor(ana: Terminal) -> Iterator[SyncPrefectClient]:
    """Un cliente, con el deployment recién desplegado."""
    assert ana.ejecutar(DESPLEGAR).codigo == 0
    with SyncPrefectClient(ana.api) as cliente:
        yield cliente


def suyo(servidor: SyncPrefectClient) -> DeploymentResponse:
    return servidor.read_deployment_by_name(NOMBRE)


def horario(servidor: SyncPrefectClient, slug: str) -> DeploymentSchedule:
    """Uno de los horarios del deployment."""
    (hallado,) = (h for h in suyo(servidor).schedules if h.slug == slug)
    return hallado


def anotadas(servidor: SyncPrefectClient) -> dict[str, list[FlowRun]]:
    """Las ejecuciones que esperan, por el slug de su horario; las pedidas a mano, por ""."""
    deployment = suyo(servidor)
    filtro = DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id]))
    slugs = {horario.id: horario.slug for horario in deployment.schedules}
    por_slug: dict[str, list[FlowRun]] = {}
    for run in servidor.read_flow_runs(deployment_filter=filtro):
        if run.state.is_scheduled():
            slug = slugs[run.created_by.id] if run.auto_scheduled else ""
            por_slug.setdefault(slug, []).append(run)
    return por_slug


def repartidas(servidor: SyncPrefectClient, slug: str) -> tuple[set[UUID], set[UUID]]:
    """Las que esperan de un horario: las que ya deberían haber empezado y las que vienen."""
    ahora = datetime.now(UTC)
    pasadas: set[UUID] = set()
    futuras: set[UUID] = set()
    for run in anotadas(servidor).get(slug, []):
        (futuras if run.expected_start_time > ahora else pasadas).add(run.id)
    return pasadas, futuras


def atrasar(servidor: SyncPrefectClient) -> None:
    """Que el servidor anote lo que tocaba en la última semana."""
    ahora = datetime.now(UTC)
    servidor.request(
        "POST",
        "/deployments/{id}/schedule",
        path_params={"id": suyo(servidor).id},
        json={
            "start_time": (ahora - timedelta(days=7)).isoformat(),
            "end_time": ahora.isoformat(),
        },
    ).raise_for_status()


def test_cada_ejecucion_lleva_los_parametros_de_su_horario(
    servidor: SyncPrefectClient,
) -> None:
    programar(servidor, suyo(servidor).id, 3)

    runs = anotadas(servidor)

    assert {slug: runs[slug][0].parameters for slug in runs} == {
        "madrid": {"producto": "Cojín bordado"},
        "santiago": {"producto": "Agenda 2026"},
        "cada-seis-horas": {},
    }


def test_ciudad_de_mexico_ya_no_cambia_de_hora() -> None:
    mexico = ZoneInfo("America/Mexico_City")
    dias = [datetime(2022, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(2200)]
    cambios = [
        hoy
        for ayer, hoy in pairwise(dias)
        if ayer.astimezone(mexico).utcoffset() != hoy.astimezone(mexico).utcoffset()
    ]
    assert [(dia.year, dia.month) for dia in cambios] == [(2022, 4), (2022, 10)]
    assert cambios[-1].astimezone(mexico).utcoffset() == timedelta(hours=-6)


def test_un_intervalo_de_una_hora_sin_zona_son_siempre_sesenta_minutos() -> None:
    """Con zona, y antes de Python 3.13, Prefect 3.9.1 pierde la hora que se repite."""
    una_hora = timedelta(hours=1)
    antes = datetime(2027, 10, 31, 0, tzinfo=ZoneInfo(MADRID)).astimezone(UTC)
    horario = IntervalSchedule(interval=una_hora, anchor_date=antes)

    fechas = asyncio.run(horario.get_dates(6, start=antes))

    segundos = [b.timestamp() - a.timestamp() for a, b in pairwise(fechas)]
    assert segundos == [una_hora.total_seconds()] * 5


def test_un_intervalo_se_cuenta_desde_que_se_crea() -> None:
    antes = datetime.now(UTC)
    assert antes <= Interval(3600).anchor_date <= datetime.now(UTC)


def test_dos_horarios_no_pueden_llamarse_igual(servidor: SyncPrefectClient) -> None:
    otro = CronSchedule(cron="0 9 * * *", timezone=MADRID)
    with pytest.raises(PrefectHTTPStatusError):
        servidor.create_deployment_schedules(
            suyo(servidor).id,
            [DeploymentScheduleCreate(schedule=otro, slug="madrid")],
        )


def test_cambiar_el_slug_deja_el_horario_de_antes(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    cambiar(ana.carpeta / "desplegar_informes.py", 'slug="madrid"', 'slug="toledo"')
    hecho = ana.ejecutar(DESPLEGAR)
    ana.guardar(f"{PAGINA}/desplegar_informes.py")
    assert hecho.codigo == 0, hecho.salida

    horarios = {horario.slug: horario for horario in suyo(servidor).schedules}
    nuevo = horarios["toledo"]
    servidor.delete_deployment_schedule(suyo(servidor).id, nuevo.id)

    viejo = horarios["madrid"]
    assert viejo.active
    assert nuevo.active
    assert viejo.schedule == nuevo.schedule


def test_un_parametro_mal_escrito_en_un_horario_se_guarda(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    cambiar(
        ana.carpeta / "desplegar_informes.py", '"producto": "Agenda', '"prod": "Agenda'
    )
    hecho = ana.ejecutar(DESPLEGAR)
    ana.guardar(f"{PAGINA}/desplegar_informes.py")
    assert hecho.codigo == 0, hecho.salida

    programar(servidor, suyo(servidor).id, 3)

    assert anotadas(servidor)["santiago"][0].parameters == {"prod": "Agenda 2026"}


def test_pausar_un_horario_que_no_existe_dice_cuales_hay(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    hecho = ana.ejecutar("python pausar.py santigo")
    assert hecho.codigo == 1
    assert "hay ['cada-seis-horas', 'madrid', 'santiago']" in hecho.salida


def test_pausar_por_la_api_sin_dar_los_parametros_los_borra(
    servidor: SyncPrefectClient,
) -> None:
    madrid = horario(servidor, "madrid")
    assert madrid.parameters == {"producto": "Cojín bordado"}

    servidor.request(
        "PATCH",
        "/deployments/{id}/schedules/{schedule_id}",
        path_params={"id": suyo(servidor).id, "schedule_id": madrid.id},
        json={"active": False},
    )

    assert not horario(servidor, "madrid").active
    assert horario(servidor, "madrid").parameters == {}
    servidor.update_deployment_schedule(suyo(servidor).id, madrid.id, active=True)
    assert horario(servidor, "madrid").parameters == {}


def test_pausar_un_horario_deja_los_demas_y_lo_atrasado(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    atrasar(servidor)
    programar(servidor, suyo(servidor).id, 3)
    pedida = servidor.create_flow_run_from_deployment(suyo(servidor).id)
    pasadas, futuras = repartidas(servidor, "santiago")
    assert pasadas and futuras

    assert ana.ejecutar("python pausar.py santiago").codigo == 0
    programar(servidor, suyo(servidor).id, 3)

    assert repartidas(servidor, "santiago") == (pasadas, set())
    assert all(repartidas(servidor, "madrid"))
    assert pedida.id in repartidas(servidor, "")[0]
    assert not horario(servidor, "santiago").active
    assert horario(servidor, "santiago").parameters == {"producto": "Agenda 2026"}
    assert horario(servidor, "madrid").active


def test_pausar_el_deployment_borra_lo_que_venia_y_deja_lo_atrasado(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    atrasar(servidor)
    programar(servidor, suyo(servidor).id, 3)
    pedida = servidor.create_flow_run_from_deployment(suyo(servidor).id)
    pasadas, futuras = repartidas(servidor, "madrid")
    assert pasadas and futuras

    assert ana.ejecutar("python pausar.py").codigo == 0

    assert suyo(servidor).paused
    assert repartidas(servidor, "madrid") == (pasadas, set())
    assert pedida.id in repartidas(servidor, "")[0]
    assert horario(servidor, "madrid").active
    assert horario(servidor, "madrid").parameters == {"producto": "Cojín bordado"}

    assert ana.ejecutar("python pausar.py --reanudar").codigo == 0
    assert not suyo(servidor).paused


def test_el_worker_recibe_lo_atrasado_aunque_el_deployment_este_en_pausa(
    servidor: SyncPrefectClient,
) -> None:
    atrasar(servidor)
    servidor.pause_deployment(suyo(servidor).id)
    assert suyo(servidor).paused

    recibe = servidor.request(
        "POST",
        "/work_pools/{name}/get_scheduled_flow_runs",
        path_params={"name": "locales"},
        json={"scheduled_before": datetime.now(UTC).isoformat()},
    ).json()

    pasadas, _ = repartidas(servidor, "madrid")
    assert pasadas
    assert pasadas <= {UUID(uno["flow_run"]["id"]) for uno in recibe}


def test_desplegar_otra_vez_reactiva_el_horario_y_le_devuelve_sus_parametros(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    santiago = horario(servidor, "santiago")
    servidor.update_deployment_schedule(suyo(servidor).id, santiago.id, active=False)
    assert not horario(servidor, "santiago").active

    assert ana.ejecutar(DESPLEGAR).codigo == 0

    assert horario(servidor, "santiago").active
    assert horario(servidor, "santiago").parameters == {"producto": "Agenda 2026"}


def test_desplegar_otra_vez_reanuda_el_deployment(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    servidor.pause_deployment(suyo(servidor).id)
    assert suyo(servidor).paused

    assert ana.ejecutar(DESPLEGAR).codigo == 0

    assert not suyo(servidor).paused


def test_con_active_false_el_horario_nace_en_pausa(
    ana: Terminal, servidor: SyncPrefectClient
) -> None:
    programa = ana.carpeta / "desplegar_informes.py"
    cambiar(programa, 'slug="santiago"', 'slug="santiago", active=False')
    hecho = ana.ejecutar(DESPLEGAR)
    ana.guardar(f"{PAGINA}/desplegar_informes.py")

    assert hecho.codigo == 0, hecho.salida
    assert not horario(servidor, "santiago").active
    assert horario(servidor, "madrid").active


def test_otra_zona_otro_cambio(ana: Terminal) -> None:
    programa = ana.guardar(f"{PAGINA}/cambio_de_hora.py")
    cambiar(programa, "America/Mexico_City", "America/New_York")
    cambiar(programa, "datetime(2027, 4, 3)", "datetime(2027, 3, 13)")
    cambiar(programa, "mostrar(MEDIANOCHE", "mostrar(LAS_DOS_Y_MEDIA")

    salida = ana.ejecutar("python cambio_de_hora.py").salida

    assert "14/03/2027, 03:30 (UTC-0400)" in salida
