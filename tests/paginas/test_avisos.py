"""Quién avisa de que algo ha fallado, y cuándo: docs/produccion/avisos.md."""

import inspect
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import httpx
import psutil
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from consultas import aplicar_la_variacion, cambiar
from prefect.blocks import notifications
from prefect.blocks.core import Block
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from pydantic import ValidationError

from motor.ejecuciones import identificadores
from motor.espera import esperar
from motor.prefect_por_dentro import HOOK_ROTO
from motor.puertos import puerto_libre
from verificador.terminal import Terminal

AVISOS = "produccion/avisos"
LIMITE_S = 30
# Los hooks de cada flow de las pruebas apuntan en «llamadas» el suyo, el estado y el proceso.
HOOKS = """
import os

llamadas = []

def apuntar(nombre):
    def hook(flow, flow_run, state):
        llamadas.append((nombre, state.name, os.getpid()))
    return hook

HOOKS = {
    f"on_{nombre}": [apuntar(nombre)]
    for nombre in ("running", "completion", "failure", "crashed", "cancellation")
}

def vistas():
    de_ahora = [(nombre, estado) for nombre, estado, _ in llamadas]
    llamadas.clear()
    return de_ahora
"""
CADA_UNO = """
@flow(**HOOKS)
def bien(): ...

@flow(**HOOKS)
def mal():
    raise ValueError("no")

@flow(timeout_seconds=0.2, **HOOKS)
def lento():
    time.sleep(5)

@flow(**HOOKS)
def interrumpido():
    raise KeyboardInterrupt

bien()
assert vistas() == [("running", "Running"), ("completion", "Completed")]
mal(return_state=True)
assert vistas() == [("running", "Running"), ("failure", "Failed")]
lento(return_state=True)
assert vistas() == [("running", "Running"), ("failure", "TimedOut")]
try:
    interrumpido()
except KeyboardInterrupt:
    assert vistas() == [("running", "Running"), ("crashed", "Crashed")]
else:
    raise AssertionError
"""
REINTENTOS = """
@flow(retries=2, on_failure=HOOKS["on_failure"])
def insiste():
    intentos.append(os.getpid())
    raise ValueError("no")

intentos = []
insiste(return_state=True)
assert len(intentos) == 3
assert [(n, e) for n, e, _ in llamadas] == [("failure", "Failed")]
assert {proceso for _, _, proceso in llamadas} == {os.getpid()} == set(intentos)
"""
ROTO = """
from prefect.states import Completed

def roto(flow, flow_run, state):
    raise RuntimeError("no hay red")

def arregla(flow, flow_run, state):
    return Completed()

@flow(on_completion=[roto, *HOOKS["on_completion"]])
def bien(): ...

@flow(on_failure=[roto, arregla, *HOOKS["on_failure"]])
def mal():
    raise ValueError("no")

assert bien(return_state=True).name == "Completed"
assert vistas() == [("completion", "Completed")]
assert mal(return_state=True).name == "Failed"
assert vistas() == [("failure", "Failed")]
"""
# De un deployment: el proceso muere, y un hook llama a sus argumentos de otra manera.
MUERE = """
import os
from pathlib import Path
from prefect import flow

def otros_nombres(f, run, estado):
    Path("otros.txt").touch()

def los_suyos(flow, flow_run, state):
    Path("suyos.txt").write_text(f"{state.name} de {flow_run.name}")

@flow(on_crashed=[otros_nombres, los_suyos])
def muere():
    os._exit(1)
"""
TRES_QUE_ACABAN_MAL = """
@flow(flow_run_name="otro")
def otro():
    raise ValueError("no")

@flow(timeout_seconds=0.2, flow_run_name="lento")
def informe_lento():
    time.sleep(5)

@flow(flow_run_name="roto")
def informe_roto():
    raise ValueError("no")

for uno in (otro, informe_lento, informe_roto):
    uno(return_state=True)
"""
INFORMES = {"prefect.resource.role": "flow", "prefect.resource.name": "informe-*"}
REGLAS = {
    "por su nombre": EventTrigger(
        expect={"prefect.flow-run.Failed"}, match_related=INFORMES
    ),
    "por su tipo": EventTrigger(
        expect={"prefect.flow-run.*"},
        match={"prefect.state-type": ["FAILED", "CRASHED"]},
        match_related=INFORMES,
    ),
}


def test_cada_hook_se_llama_en_su_estado(funciona: Callable[[str], None]) -> None:
    funciona(HOOKS + CADA_UNO)


def test_avisa_el_mismo_proceso_y_solo_del_ultimo_intento(
    funciona: Callable[[str], None],
) -> None:
    funciona(HOOKS + REINTENTOS)


def test_un_hook_no_cambia_el_estado_ni_calla_a_los_demas(
    funciona: Callable[[str], None],
) -> None:
    """Ni si falla, ni si devuelve otro estado."""
    funciona(HOOKS + ROTO)


def test_si_el_proceso_muere_no_avisa_nadie_y_sigue_en_running(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    for programa in ("informe_del_dia", "informe_cortado"):
        terminal.guardar(f"{AVISOS}/{programa}.py")
    ejecucion = terminal.ejecutar("python informe_cortado.py")
    assert ejecucion.codigo == 1
    assert "hook" not in ejecucion.salida
    (run,) = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(run).state.name == "Running"


def test_el_worker_llama_a_los_hooks_por_el_nombre_de_sus_argumentos(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    (terminal.carpeta / "muere.py").write_text(MUERE, "utf-8")
    pedida = terminal.ejecutar(
        "prefect work-pool create mueren --type process\n"
        "prefect deploy muere.py:muere --name uno --pool mueren --no-prompt\n"
        "prefect deployment run muere/uno"
    )
    assert pedida.codigo == 0, pedida.salida
    trabajo = terminal.ejecutar("prefect worker start --pool mueren --run-once")
    (run,) = [r for r in cliente.read_flow_runs() if r.work_pool_name == "mueren"]
    assert run.state.name == "Crashed"
    suyos = terminal.carpeta / "suyos.txt"
    assert suyos.read_text("utf-8") == f"Crashed de {run.name}"
    assert not (terminal.carpeta / "otros.txt").exists()
    assert f"{HOOK_ROTO} 'otros_nombres'" in trabajo.salida


def test_sin_buzon_falla_el_hook_y_el_flow_acaba_igual(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{AVISOS}/informe_del_dia.py")
    ejecucion = terminal.ejecutar("python informe_del_dia.py")
    assert ejecucion.codigo == 0
    assert f"{HOOK_ROTO} 'avisar'" in ejecucion.salida
    assert "FileNotFoundError" in ejecucion.salida
    runs = identificadores(ejecucion.salida)
    estados = [cliente.read_flow_run(run).state.name for run in runs]
    assert estados == ["Completed", "Failed"]


@pytest.fixture
def reglas(cliente: SyncPrefectClient) -> Iterator[None]:
    """Las de la prueba, en el servidor; no hacen nada más que saltar."""
    creadas = [
        cliente.create_automation(
            AutomationCore(name=nombre, trigger=regla, actions=[DoNothing()])
        )
        for nombre, regla in REGLAS.items()
    ]
    yield
    for creada in creadas:
        cliente.delete_automation(creada)


def saltos(terminal: Terminal) -> set[tuple[str, str]]:
    """Qué reglas han saltado, y por qué ejecución."""
    filtro = {"filter": {"event": {"name": ["prefect.automation.triggered"]}}}
    hay = httpx.post(f"{terminal.api}/events/filter", json=filtro).json()["events"]
    return {
        (
            salto["resource"]["prefect.resource.name"],
            salto["payload"]["triggering_event"]["resource"]["prefect.resource.name"],
        )
        for salto in hay
    }


def test_una_regla_elige_por_el_tipo_del_estado_y_por_el_flow(
    terminal: Terminal, reglas: None, funciona: Callable[[str], None]
) -> None:
    """Los eventos se miran en orden: cuando salta por el último, se han mirado todos."""
    funciona(TRES_QUE_ACABAN_MAL)
    ultimos = {(nombre, "roto") for nombre in REGLAS}
    assert esperar(lambda: ultimos <= saltos(terminal), LIMITE_S)
    assert saltos(terminal) == ultimos | {("por su tipo", "lento")}


def test_una_regla_proactiva_espera_diez_segundos_como_minimo() -> None:
    def proactiva(segundos: int) -> EventTrigger:
        plazo = timedelta(seconds=segundos)
        return EventTrigger(posture=Posture.Proactive, within=plazo)

    assert proactiva(10).within == timedelta(seconds=10)
    with pytest.raises(ValidationError, match="greater than or equal to 10 seconds"):
        proactiva(9)


def test_los_blocks_que_vienen_para_avisar() -> None:
    """SendGrid manda correo, pero por su API: ninguno pide un servidor SMTP."""
    avisan = {
        nombre: clase
        for nombre, clase in vars(notifications).items()
        if inspect.isclass(clase)
        and issubclass(clase, Block)
        and not inspect.isabstract(clase)
        and "notify" in clase.get_block_capabilities()
        and clase.__module__ == notifications.__name__
    }
    assert avisan.keys() >= {"CustomWebhookNotificationBlock", "SlackWebhook"}
    assert len(avisan) >= 9
    campos = {campo for clase in avisan.values() for campo in clase.model_fields}
    assert not [campo for campo in campos if "smtp" in campo or campo == "host"]
    assert "mailto" not in inspect.getsource(notifications)


def duenos(puerto: int) -> set[int]:
    """Los procesos de este equipo que tienen suyo un puerto."""
    hallados = set()
    for proceso in psutil.process_iter():
        with suppress(psutil.Error):
            if any(c.laddr.port == puerto for c in proceso.net_connections("tcp")):
                hallados.add(proceso.pid)
    return hallados


class Correo:
    """Un buzón de correo que apunta qué proceso ha mandado cada uno."""

    remitentes: ClassVar[set[int]] = set()

    async def handle_DATA(self, smtp: SMTP, sesion: Session, sobre: Envelope) -> str:
        self.remitentes.update(duenos(sesion.peer[1]))
        return "250 OK"


class Web(BaseHTTPRequestHandler):
    """Y otro de peticiones HTTP."""

    remitentes: ClassVar[set[int]] = set()

    def do_POST(self) -> None:
        self.remitentes.update(duenos(self.client_address[1]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nada que contar."""


@pytest.fixture
def buzones(terminal: Terminal) -> Iterator[None]:
    """Los dos, donde los buscan los programas de la página."""
    correo = Controller(Correo(), hostname="127.0.0.1", port=puerto_libre())
    web = HTTPServer(("127.0.0.1", 0), Web)
    hilo = threading.Thread(target=web.serve_forever)
    correo.start()
    hilo.start()
    salida = terminal.raiz / "data" / "output"
    salida.mkdir(parents=True, exist_ok=True)
    puertos = {"correo": correo.port, "web": web.server_port}
    (salida / "buzones.json").write_text(json.dumps(puertos), "utf-8")
    yield
    web.shutdown()
    hilo.join()
    web.server_close()
    correo.stop()


def test_la_peticion_la_manda_el_servidor(terminal: Terminal, buzones: None) -> None:
    """Y el correo del mismo fallo, el programa."""
    for programa in ("avisar_de_fallos", "informe_del_dia"):
        terminal.guardar(f"{AVISOS}/{programa}.py")
    hecho = terminal.ejecutar("python avisar_de_fallos.py\npython informe_del_dia.py")
    assert hecho.codigo == 0, hecho.salida
    assert esperar(lambda: bool(Web.remitentes), LIMITE_S)
    servidor = duenos(terminal.puerto)
    assert Web.remitentes <= servidor
    assert Correo.remitentes and not Correo.remitentes & servidor


def test_cada_fallo_deja_su_linea_en_la_guardia(terminal: Terminal) -> None:
    """Con la hora en UTC, como propone «Ve más lejos»."""
    programa = terminal.guardar("ejercicios/15-avisos/15-avisos.py")
    aplicar_la_variacion(programa)
    cambiar(programa, 'contar_filas("Puebla")', 'contar_filas("Atlantis")')
    desde = datetime.now(UTC).replace(second=0, microsecond=0)
    for _ in range(2):
        assert terminal.ejecutar("python 15-avisos.py").codigo != 0
    guardia = terminal.raiz / "data" / "output" / "guardia.txt"
    avisos = [linea.split(" · ") for linea in guardia.read_text("utf-8").splitlines()]
    assert len({ejecucion for _, _, ejecucion, _ in avisos}) == len(avisos) == 2
    for hora, flow, _, motivo in avisos:
        assert desde <= datetime.fromisoformat(f"{hora}+00:00") <= datetime.now(UTC)
        assert flow == "contar-filas" and motivo.endswith("Atlantis")


def test_el_fallo_y_la_interrupcion_se_provocan_a_mano(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    """Como dice el ejercicio, y con su solución: cada uno deja su aviso."""
    nombre = "ejercicios/15-avisos/15-avisos.py"
    guardia = terminal.raiz / "data" / "output" / "guardia.txt"
    primera = '    tiendas = pd.read_csv(VENTAS)["tienda"]\n'
    vistos = []
    for antes, despues in (
        ('contar_filas("Puebla")', 'contar_filas("Atlantis")'),
        (primera, f"    raise KeyboardInterrupt\n{primera}"),
    ):
        cambiar(terminal.guardar(nombre), antes, despues)
        ejecucion = terminal.ejecutar("python 15-avisos.py")
        assert ejecucion.codigo != 0
        (run,) = identificadores(ejecucion.salida)
        vistos.append(cliente.read_flow_run(run).state.type.value)
        assert len(guardia.read_text("utf-8").splitlines()) == len(vistos)
    assert vistos == ["FAILED", "CRASHED"]
