"""Los horarios de docs/tutorial/programacion.md, leídos en el servidor y cumplidos."""

import asyncio
import os
import re
import signal
import subprocess
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import prefect
import pytest
from consultas import LIMITE_DE_HORARIO_S, cambiar, en_marcha, esperar_estado
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.server.schemas.schedules import CronSchedule
from prefect.states import Running, Scheduled
from pydantic import ValidationError

from motor import prefect_por_dentro as por_dentro
from motor.espera import esperar
from motor.rutas import DOCS
from verificador.terminal import Terminal

CARPETA = "tutorial/programacion"
# Lo que se adelanta, como mucho, quien espera los segundos enteros que le dice el servidor.
# Fuente: prefect/server/orchestration/core_policy.py, `WaitForScheduledTime`.
REDONDEO = timedelta(seconds=0.5)
SERVIDO = "pipeline-horario/cada-diez-segundos"


def servido(terminal: Terminal) -> AbstractContextManager[subprocess.Popen]:
    """«servir.py» en marcha, preguntando cada segundo; si sigue vivo, lo detiene."""
    ajustes = {"PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    return en_marcha(terminal, ["python", "servir.py"], por_dentro.SERVIDO, **ajustes)


def guardar(terminal: Terminal) -> Path:
    """Los dos programas que hacen falta para servir un flow; devuelve «servir.py»."""
    terminal.guardar(f"{CARPETA}/pipelines_ventas.py")
    return terminal.guardar(f"{CARPETA}/servir.py")


def ejecuciones(
    cliente: SyncPrefectClient, deployment: str, cuantas: int
) -> list[FlowRun]:
    """Espera a que el servidor anote ejecuciones de un deployment; las primeras."""
    filtro = DeploymentFilter(name=DeploymentFilterName(any_=[deployment]))
    apuntadas: list[FlowRun] = []

    def estan() -> bool:
        apuntadas[:] = cliente.read_flow_runs(
            deployment_filter=filtro,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=cuantas,
        )
        return len(apuntadas) == cuantas

    assert esperar(estan, LIMITE_DE_HORARIO_S), (
        f"{deployment}: solo hay {len(apuntadas)}"
    )
    return apuntadas


@pytest.mark.parametrize("faltan_s", [10.3, 10.8], ids=["por abajo", "por arriba"])
def test_la_espera_hasta_su_hora_se_redondea_al_segundo(
    cliente: SyncPrefectClient, faltan_s: float
) -> None:
    @flow
    def anotado() -> None: ...

    cliente.create_flow(anotado)  # la primera petición es la que tarda
    hora = datetime.now(UTC) + timedelta(seconds=faltan_s)
    run = cliente.create_flow_run(anotado, state=Scheduled(scheduled_time=hora))
    antes_s = (hora - datetime.now(UTC)).total_seconds()
    contestado = cliente.set_flow_run_state(run.id, Running())
    despues_s = (hora - datetime.now(UTC)).total_seconds()

    assert contestado.status == SetStateStatus.WAIT
    assert round(despues_s) <= contestado.details.delay_seconds <= round(antes_s)


def test_la_ejecucion_que_termina_la_creo_el_horario(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{CARPETA}/pipelines_ventas.py")
    servir = terminal.guardar(f"{CARPETA}/servir.py")
    cambiar(servir, "interval=10", "interval=5")
    cambiar(servir, "cada-diez-segundos", "prueba-de-intervalo")
    terminal.servir(
        "export PREFECT_RUNNER_POLL_FREQUENCY=1\npython servir.py",
        "Finished in state Completed()",
    )
    apuntadas = ejecuciones(cliente, "prueba-de-intervalo", 3)
    hechas = [run for run in apuntadas if run.state.is_completed()]
    assert hechas
    assert all(run.start_time > run.expected_start_time - REDONDEO for run in hechas)
    assert all(run.auto_scheduled for run in apuntadas)
    assert all(run.created_by.type == "SCHEDULE" for run in apuntadas)
    horas = [run.expected_start_time for run in apuntadas]
    assert [b - a for a, b in pairwise(horas)] == [timedelta(seconds=5)] * 2

    terminal.cerrar()
    nombre = "pipeline-horario/prueba-de-intervalo"
    assert cliente.read_deployment_by_name(nombre).paused


def test_el_servidor_guarda_cron_zona_e_intervalo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{CARPETA}/pipelines_ventas.py")
    servir = terminal.guardar(f"{CARPETA}/servir_dos.py")
    cambiar(servir, '"medianoche"', '"prueba-de-cron"')
    cambiar(servir, '"cada-hora"', '"prueba-de-hora"')
    terminal.servir("python servir_dos.py", "You can also trigger your deployments")

    (cron,) = cliente.read_deployment_by_name(
        "pipeline-diario/prueba-de-cron"
    ).schedules
    assert cron.schedule.cron == "0 0 * * *"
    assert cron.schedule.timezone == "America/Mexico_City"
    (hora,) = cliente.read_deployment_by_name(
        "pipeline-horario/prueba-de-hora"
    ).schedules
    assert hora.schedule.interval == timedelta(hours=1)

    for run in ejecuciones(cliente, "prueba-de-cron", 3):
        local = run.expected_start_time.astimezone(ZoneInfo("America/Mexico_City"))
        assert (local.hour, local.minute) == (0, 0)


@pytest.mark.parametrize(
    ("senal", "en_pausa"),
    [("SIGINT", True), ("SIGTERM", True), ("SIGHUP", False), ("SIGKILL", False)],
)
def test_solo_al_pararlo_bien_queda_el_deployment_en_pausa(
    terminal: Terminal, cliente: SyncPrefectClient, senal: str, en_pausa: bool
) -> None:
    nombre = senal.lower()
    cambiar(guardar(terminal), "cada-diez-segundos", nombre)

    with servido(terminal) as proceso:
        esperar_a_que_lo_atiendan(cliente, f"pipeline-horario/{nombre}")
        proceso.send_signal(signal.Signals[senal])
        proceso.communicate(timeout=20)

    deployment = cliente.read_deployment_by_name(f"pipeline-horario/{nombre}")
    assert deployment.paused == en_pausa


def esperar_a_que_lo_atiendan(cliente: SyncPrefectClient, nombre: str) -> None:
    """Espera a que el programa haya preguntado por primera vez."""

    def atendido() -> bool:
        return cliente.read_deployment_by_name(nombre).status == "READY"

    assert esperar(atendido, LIMITE_DE_HORARIO_S), f"nadie atiende {nombre}"


def test_lo_que_se_acumula_se_ejecuta_al_volver(
    con_prisa: tuple[Terminal, SyncPrefectClient],
) -> None:
    terminal, cliente = con_prisa
    cambiar(guardar(terminal), "cada-diez-segundos", "acumulado")
    cambiar(terminal.carpeta / "servir.py", "interval=10", "interval=2")
    with servido(terminal) as proceso:
        ejecuciones(cliente, "acumulado", 3)
        proceso.kill()
        proceso.wait()
    tarde = esperar_estado(cliente, "acumulado", "Late")

    with servido(terminal):
        assert esperar_estado(cliente, "acumulado", "Completed", tarde)


def test_con_limit_1_las_ejecuciones_van_de_una_en_una(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    cambiar(guardar(terminal), "cada-diez-segundos", "de-una-en-una")
    cambiar(terminal.carpeta / "servir.py", "interval=10", "interval=1")
    cambiar(
        terminal.carpeta / "pipelines_ventas.py",
        '    print(f"ventas.csv',
        "    import os, time\n    time.sleep(2)\n"
        '    print("Proceso", os.getpid())\n    print(f"ventas.csv',
    )
    orden = "export PREFECT_RUNNER_POLL_FREQUENCY=1\npython servir.py"

    salida = terminal.servir(orden, "at capacity").salida

    assert "skipped (at capacity)" in salida
    filtro = DeploymentFilter(name=DeploymentFilterName(any_=["de-una-en-una"]))
    acabadas: list[FlowRun] = []

    def dos() -> bool:
        runs = cliente.read_flow_runs(
            deployment_filter=filtro, sort=FlowRunSort.START_TIME_ASC
        )
        acabadas[:] = [run for run in runs if run.state.is_completed()]
        return len(acabadas) >= 2

    assert esperar(dos, LIMITE_DE_HORARIO_S)
    una, otra, *_ = sorted(acabadas, key=lambda run: run.start_time)
    assert una.end_time <= otra.start_time
    procesos = {
        log.message
        for log in cliente.read_logs()
        if log.message.startswith("Proceso") and log.flow_run_id in {una.id, otra.id}
    }
    assert len(procesos) == 2


def test_servir_otra_vez_vuelve_a_poner_su_horario(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    guardar(terminal)
    with servido(terminal):
        deployment = cliente.read_deployment_by_name(SERVIDO)
        (suyo,) = deployment.schedules
        cliente.delete_deployment_schedule(deployment.id, suyo.id)
        cliente.create_deployment_schedules(
            deployment.id, [(IntervalSchedule(interval=timedelta(hours=1)), True)]
        )

    with servido(terminal):
        (ahora,) = cliente.read_deployment_by_name(SERVIDO).schedules

    assert ahora.schedule.interval == timedelta(seconds=10)


def test_sin_el_guardian_de_main_las_ejecuciones_no_empiezan(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    servir = guardar(terminal)
    cambiar(servir, 'if __name__ == "__main__":\n    ', "")
    cambiar(servir, "cada-diez-segundos", "sin-guardian")
    cambiar(servir, "interval=10", "interval=2")

    with servido(terminal) as proceso:
        assert esperar_estado(cliente, "sin-guardian", "Crashed")
        os.killpg(proceso.pid, signal.SIGKILL)  # también el que se quedó sin empezar


CUANDO = {
    "cada medianoche": (1440, "00:00", "LMXJVSD"),
    "de lunes a viernes a las `08:30`": (1440, "08:30", "LMXJV"),
    "cada hora en punto": (60, "00", "LMXJVSD"),
    "cada quince minutos": (15, "00 15 30 45", "LMXJVSD"),
}


def test_cada_cron_se_ejecuta_cuando_dice_la_tabla() -> None:
    pagina = (DOCS / "tutorial" / "programacion.md").read_text("utf-8")
    tabla = re.findall(r"^\| `([\d*/ -]+)` \| (.+?) \[✓\]", pagina, re.MULTILINE)

    assert tabla == [
        ("0 0 * * *", "cada medianoche"),
        ("30 8 * * 1-5", "de lunes a viernes a las `08:30`"),
        ("0 * * * *", "cada hora en punto"),
        ("*/15 * * * *", "cada quince minutos"),
    ]
    for cron, cuando in tabla:
        minutos, hora, dias = CUANDO[cuando]
        fechas = fechas_de(cron, dias=7)
        assert {f.strftime("%H:%M")[-len(hora.split()[0]) :] for f in fechas} == {
            *hora.split()
        }
        assert {"LMXJVSD"[f.weekday()] for f in fechas} == {*dias}
        assert len(fechas) == len(dias) * 1440 / minutos
    assert {f.weekday() for f in fechas_de("0 0 * * 0", dias=7)} == {6}
    assert {(f.day, f.month) for f in fechas_de("0 0 31 1 *", dias=366)} == {(31, 1)}


def fechas_de(cron: str, dias: int) -> list[datetime]:
    """Cuándo se ejecuta un cron en los próximos días."""
    desde = datetime(2027, 1, 1, tzinfo=UTC)
    hasta = desde + timedelta(days=dias) - timedelta(seconds=1)
    return asyncio.run(CronSchedule(cron=cron).get_dates(None, desde, hasta))


def test_un_intervalo_de_python_puede_ser_un_timedelta() -> None:
    @prefect.flow
    def nada() -> None: ...

    deployment = nada.to_deployment(name="cada-hora", interval=timedelta(hours=1))

    (horario,) = deployment.schedules
    assert horario.schedule.interval.total_seconds() == 3600


def test_un_intervalo_de_python_no_se_escribe_con_palabras() -> None:
    @prefect.flow
    def nada() -> None: ...

    with pytest.raises(ValidationError, match=por_dentro.INTERVALO_MALO):
        nada.to_deployment(name="cada-hora", interval="1 hour")

    (horario,) = nada.to_deployment(name="cada-hora", interval=3600).schedules
    assert horario.schedule.interval == timedelta(hours=1)


def test_serve_solo_atiende_los_deployments_que_se_le_dan(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    cambiar(guardar(terminal), "cada-diez-segundos", "dado")
    cambiar(terminal.carpeta / "servir.py", "interval=10", "interval=5")
    with servido(terminal):
        flow = cliente.read_deployment_by_name("pipeline-horario/dado").flow_id
        pedida = cliente.create_flow_run_from_deployment(
            cliente.create_deployment(flow, "ajeno")
        )
        posteriores = {
            run.name
            for run in ejecuciones(cliente, "dado", 20)
            if run.expected_start_time > pedida.expected_start_time
        }
        assert esperar_estado(cliente, "dado", "Completed", posteriores)
        assert cliente.read_flow_run(pedida.id).state.is_scheduled()

    cambiar(terminal.carpeta / "servir.py", "dado", "ajeno")
    with servido(terminal):
        assert esperar_estado(cliente, "ajeno", "Completed", {pedida.name})


def test_un_cron_de_cada_minuto_se_anota_en_el_segundo_cero(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    cambiar(guardar(terminal), "interval=10", 'cron="* * * * *"')
    cambiar(terminal.carpeta / "servir.py", "cada-diez-segundos", "cada-minuto")

    with servido(terminal):
        horas = [r.expected_start_time for r in ejecuciones(cliente, "cada-minuto", 3)]

    assert {hora.second for hora in horas} == {0}
    assert [(b - a).total_seconds() for a, b in pairwise(horas)] == [60, 60]


def test_proximas_fechas_dice_cuando_se_ejecuta_otro_cron(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{CARPETA}/proximas_fechas.py")
    cambiar(programa, "30 8 * * 1-5", "*/15 * * * *")

    salida = terminal.ejecutar("python proximas_fechas.py").salida

    horas = [linea.rpartition(" ")[2] for linea in salida.splitlines()[-3:]]
    assert horas == ["09:00", "09:15", "09:30"]


def test_el_resumen_diario_suma_todas_las_ventas_y_no_deja_nada_a_medias(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar(f"{CARPETA}/pipelines_ventas.py")
    with programa.open("a", encoding="utf-8") as archivo:
        archivo.write("\n\npipeline_diario()\n")
    terminal.ejecutar("python pipelines_ventas.py")
    salida = terminal.raiz / "data" / "output" / "resumen_diario.csv"
    bueno = salida.read_text("utf-8")

    # Una escritura que falla a la mitad deja el archivo anterior como estaba.
    cambiar(
        programa,
        "tabla.to_csv(temporal, index=False)",
        "temporal.write_text('a medias'); raise OSError('disco lleno')",
    )
    assert terminal.ejecutar("python pipelines_ventas.py").codigo != 0

    assert salida.read_text("utf-8") == bueno
    assert [a.name for a in salida.parent.iterdir()] == [salida.name]
