"""Cómo acaba un servicio y qué queda tras un reinicio: docs/produccion/siempre-en-marcha.md."""

import configparser
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
import yaml
from consultas import LIMITE_DE_HORARIO_S, cambiar, en_marcha
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled
from prefect.utilities.dockerutils import get_prefect_image_name

from motor.espera import esperar
from motor.prefect_por_dentro import PUERTO, SERVIDOR_LISTO
from motor.puertos import escuchan, puerto_libre
from motor.rutas import RAIZ, SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = "produccion/siempre-en-marcha"
CARPETA = SNIPPETS / PAGINA
SERVIDOR, WORKER = "prefect-servidor.service", "prefect-worker.service"
COMPOSE = CARPETA / "compose.yaml"
LIMITE_S = 60
# De «make test-figuras», que no deja que falten: la integración continua los instala.
con_su_herramienta = pytest.mark.figuras
TRABAJO = """
import time

from prefect import flow


@flow(log_prints=True)
def trabajo_largo(segundos: int) -> None:
    print("en ello")
    time.sleep(segundos)
"""
DESPLEGAR = """
prefect work-pool create oficina --type process
prefect deploy trabajo.py:trabajo_largo --name x --pool oficina --no-prompt
"""
ATENDER = ["prefect", "worker", "start", "--pool", "oficina"]


def servicio(unidad: str) -> configparser.SectionProxy:
    """Lo que dice una unidad de su servicio."""
    leida = configparser.ConfigParser(interpolation=None)
    leida.read_string((CARPETA / unidad).read_text("utf-8"))
    return leida["Service"]


def herramienta(nombre: str, paquete: str) -> str:
    """Un programa del sistema.

    Raises:
        AssertionError: si no está; la prueba no se omite.
    """
    programa = shutil.which(nombre)
    assert programa, f"Falta «{nombre}»: apt install {paquete}"
    return programa


# Las unidades de systemd.


@con_su_herramienta
@pytest.mark.parametrize("unidad", [SERVIDOR, WORKER])
def test_systemd_da_por_buenas_las_unidades(tmp_path: Path, unidad: str) -> None:
    """Con la carpeta donde la unidad supone que está; y una con una errata, no."""
    programas = tmp_path / "guia-prefect" / ".venv" / "bin"
    programas.mkdir(parents=True)
    (programas / "prefect").symlink_to(Path(sys.executable).with_name("prefect"))
    texto = (CARPETA / unidad).read_text("utf-8")
    for nombre in (SERVIDOR, WORKER):
        shutil.copy(CARPETA / nombre, tmp_path)

    def verificar() -> tuple[int, str]:
        hecho = subprocess.run(
            [herramienta("systemd-analyze", "systemd"), "verify", "--user", unidad],
            cwd=tmp_path,
            env={
                "HOME": str(tmp_path),
                "XDG_RUNTIME_DIR": str(tmp_path),
                "PATH": os.defpath,
            },
            capture_output=True,
            text=True,
        )
        return hecho.returncode, hecho.stdout + hecho.stderr

    assert verificar() == (0, "")
    for bien, mal in (("Restart=", "Reinicio="), (".venv/bin/prefect", ".venv/nada")):
        (tmp_path / unidad).write_text(texto.replace(bien, mal), "utf-8")
        assert verificar()[1]


def test_la_unidad_se_repite_si_falla_y_no_siempre() -> None:
    for unidad in (SERVIDOR, WORKER):
        assert servicio(unidad)["Restart"] == "on-failure"


def test_la_senal_de_systemd_es_solo_para_el_worker() -> None:
    """Como en `reinicio`: si la recibiera también su flow, no se sabría cómo queda."""
    assert servicio(WORKER)["KillMode"] == "mixed"


def test_con_sigterm_el_servidor_se_despide(pytestconfig: pytest.Config) -> None:
    """La orden de la unidad, detenida como la detiene systemd; con `SIGKILL` no lo diría.

    Si acaba de arrancar puede dejar algo sin cerrar, y lo dice; pero se despide igual.
    """
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    programa, *resto = servicio(SERVIDOR)["ExecStart"].split()
    orden = [Path(programa).name, *resto]
    hablador = {"PREFECT_SERVER_LOGGING_LEVEL": "INFO"}
    with en_marcha(terminal, orden, "Application startup complete", **hablador) as suyo:
        assert esperar(lambda: escuchan(terminal.puerto), LIMITE_S)
        suyo.send_signal(signal.SIGTERM)
        despedida, _ = suyo.communicate(timeout=LIMITE_S)
    terminal.cerrar()
    assert b"Finished server process" in despedida
    assert suyo.returncode == -signal.SIGTERM


@pytest.fixture
def con_unidades(terminal: Terminal) -> Terminal:
    """Una terminal con las unidades, sin contraseña, y con lo que las prueba."""
    for nombre in (SERVIDOR, WORKER, "como_systemd.py"):
        terminal.guardar(f"{PAGINA}/{nombre}")
    for variables in ("servidor.env", "equipo.env"):
        (terminal.carpeta / variables).touch()
    return terminal


def test_con_el_puerto_ocupado_el_servidor_se_repetiria(con_unidades: Terminal) -> None:
    hecho = con_unidades.ejecutar(f"python como_systemd.py {SERVIDOR}")
    assert "is already in use" in hecho.salida
    assert "sin señal: acaba con código 1, se repite" in hecho.salida


def test_un_worker_crea_el_work_pool_que_no_existe(
    con_unidades: Terminal, cliente: SyncPrefectClient
) -> None:
    """Aunque su nombre sea una errata: la unidad va bien, y nadie manda nada a ese pool."""
    cambiar(con_unidades.carpeta / WORKER, "oficina", "oficna")
    hecho = con_unidades.ejecutar(f"python como_systemd.py {WORKER}")
    assert "SIGTERM: acaba con código 0, no se repite" in hecho.salida
    assert cliente.read_work_pool("oficna").type == "process"


# Un reinicio de la máquina.


@contextmanager
def servidor_en_marcha(terminal: Terminal) -> Iterator[None]:
    """Un servidor; al salir, se detiene como lo detiene systemd."""
    with en_marcha(terminal, ["prefect", "server", "start"], SERVIDOR_LISTO) as proceso:
        assert esperar(lambda: escuchan(terminal.puerto), LIMITE_S)
        yield
        proceso.terminate()
        proceso.wait(LIMITE_S)


class Reinicio(NamedTuple):
    """Lo que se ve después.

    Attributes:
        a_medias: la ejecución que el worker estaba haciendo al detenerlo.
        pasada: aquella cuya hora pasó con todo apagado.
        despues: la que se pidió tras caerse y volver el servidor, con el worker en marcha.
        sigue: si el worker seguía en marcha con el servidor caído.
    """

    a_medias: FlowRun
    pasada: FlowRun
    despues: FlowRun
    sigue: bool


def acabar(cliente: SyncPrefectClient, run: UUID) -> FlowRun:
    """Espera a que una ejecución termine."""

    def ha_terminado() -> bool:
        return cliente.read_flow_run(run).state.is_final()

    assert esperar(ha_terminado, LIMITE_DE_HORARIO_S), cliente.read_flow_run(run).state
    return cliente.read_flow_run(run)


@pytest.fixture(scope="module")
def reinicio(pytestconfig: pytest.Config) -> Reinicio:
    """Apaga el worker y el servidor con algo a medias, y los vuelve a encender."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    (terminal.carpeta / "trabajo.py").write_text(TRABAJO, "utf-8")
    terminal.ejecutar("prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api")

    def pedir(segundos: int, **opciones: object) -> UUID:
        suyo = cliente.read_deployment_by_name("trabajo-largo/x")
        return cliente.create_flow_run_from_deployment(
            suyo.id, parameters={"segundos": segundos}, **opciones
        ).id

    with SyncPrefectClient(terminal.api) as cliente, ExitStack() as pila:
        with servidor_en_marcha(terminal):
            desplegado = terminal.ejecutar(DESPLEGAR)
            assert desplegado.codigo == 0, desplegado.salida
            a_medias = pedir(600)
            with en_marcha(terminal, ATENDER, "en ello") as worker:
                worker.terminate()
                worker.wait(LIMITE_S)
            hora = datetime.now(UTC) + timedelta(seconds=1)
            pasada = pedir(0, state=Scheduled(scheduled_time=hora))
        assert esperar(lambda: datetime.now(UTC) > hora, LIMITE_S)
        with servidor_en_marcha(terminal):
            worker = pila.enter_context(en_marcha(terminal, ATENDER, "started!"))
            hecha = acabar(cliente, pasada)
        sigue = worker.poll() is None
        with servidor_en_marcha(terminal):
            despues = acabar(cliente, pedir(0))
            queda = cliente.read_flow_run(a_medias)
            pila.close()
    terminal.cerrar()
    return Reinicio(queda, hecha, despues, sigue)


def test_tras_reiniciar_lo_pendiente_se_hace_y_lo_que_estaba_a_medias_no(
    reinicio: Reinicio,
) -> None:
    assert reinicio.pasada.state.is_completed()
    assert reinicio.a_medias.state.is_running()
    assert reinicio.pasada.start_time > reinicio.a_medias.start_time


def test_el_worker_espera_a_que_vuelva_el_servidor(reinicio: Reinicio) -> None:
    assert reinicio.sigue
    assert reinicio.despues.state.is_completed()


# Docker Compose.


def contenedores() -> dict[str, dict]:
    """Los que describe el archivo."""
    return yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]


def compose(carpeta: Path, ajustes: str) -> subprocess.CompletedProcess[str]:
    """Pide a Compose que lea el archivo; no arranca nada, y no le hace falta Docker.

    Args:
        carpeta: dónde dejarlo.
        ajustes: lo que pone `.env`.
    """
    shutil.copy(COMPOSE, carpeta)
    (carpeta / ".env").write_text(ajustes, "utf-8")
    for nombre in ("servidor.env", "equipo.env"):
        (carpeta / nombre).touch()
    return subprocess.run(
        [herramienta("docker-compose", "docker-compose"), "config", "--quiet"],
        cwd=carpeta,
        env={"PATH": os.defpath, "HOME": str(carpeta)},
        capture_output=True,
        text=True,
    )


@con_su_herramienta
def test_compose_da_por_bueno_su_archivo(tmp_path: Path) -> None:
    hecho = compose(tmp_path, "CLAVE_DE_POSTGRES=una-clave\n")
    assert (hecho.returncode, hecho.stdout + hecho.stderr) == (0, "")


@con_su_herramienta
def test_compose_pide_la_clave_de_postgresql(tmp_path: Path) -> None:
    hecho = compose(tmp_path, "")
    assert hecho.returncode != 0
    assert "CLAVE_DE_POSTGRES" in hecho.stderr


def test_la_imagen_es_la_de_la_version_de_la_guia() -> None:
    fijadas = (RAIZ / "requirements.txt").read_text("utf-8")
    (version,) = re.findall(r"^prefect==(\S+)", fijadas, re.MULTILINE)
    imagen = f"prefecthq/prefect:{version}-python3.11"
    assert [c["image"] for n, c in contenedores().items() if n != "postgres"] == [
        imagen,
        imagen,
    ]
    assert imagen == get_prefect_image_name(version, python_version="3.11")


def test_la_pregunta_de_salud_distingue_si_hay_servidor(terminal: Terminal) -> None:
    pregunta = contenedores()["servidor"]["healthcheck"]["test"]
    nadie = pregunta.replace(f":{PUERTO}", f":{puerto_libre()}")
    assert terminal.ejecutar(pregunta).codigo == 0
    assert "Connection refused" in terminal.ejecutar(nadie).salida
    assert terminal.ejecutar(nadie).codigo != 0


def test_con_el_tipo_el_worker_no_necesita_encontrar_el_servidor(
    terminal: Terminal,
) -> None:
    """El de Compose, que lleva `--type`; el de la unidad, sin él, se va con un error."""
    orden = contenedores()["worker"]["command"].split()
    nadie = {"PREFECT_API_URL": f"http://127.0.0.1:{puerto_libre()}/api"}
    with en_marcha(terminal, orden, "started!", **nadie) as worker:
        worker.kill()  # al despedirse esperaría al servidor
    assert "--type" not in servicio(WORKER)["ExecStart"]
