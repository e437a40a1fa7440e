"""Qué se detiene y qué no: docs/produccion/parar.md, con procesos de verdad."""

import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import create_server
from urllib.request import urlopen

import prefect
import pytest
from consultas import LIMITE_S, cambiar, en_marcha, esperar_estado
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Cancelled, Cancelling, Completed, Running
from prefect.utilities.timeout import timeout

from motor.espera import esperar
from verificador.terminal import Terminal

PAGINA = "produccion/parar"
INTERFAZ = Path(prefect.__file__).parent / "server/ui-v2/assets"


def test_un_programa_lanzado_con_python_no_se_entera_de_la_cancelacion(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    for nombre in ("informe_de_cierre", "mandar_caja"):
        terminal.guardar(f"{PAGINA}/{nombre}.py")
    publicado = terminal.raiz / "data" / "output" / "cierre.txt"
    orden = ["python", "informe_de_cierre.py"]
    with en_marcha(terminal, orden, "Esperando caja") as proceso:
        (run,) = cliente.read_flow_runs()
        cliente.set_flow_run_state(run.id, Cancelling())
        assert "recogidas" in terminal.ejecutar("python mandar_caja.py").salida
        proceso.wait(LIMITE_S)
    assert publicado.exists()
    assert cliente.read_flow_run(run.id).state.name == "Cancelling"


def test_de_cancelling_solo_se_pasa_a_cancelled(cliente: SyncPrefectClient) -> None:
    run = cliente.create_flow_run(prefect.flow(print, name="nada"), state=Running()).id
    cliente.set_flow_run_state(run, Cancelling())

    respuesta = cliente.set_flow_run_state(run, Completed())
    assert respuesta.status == SetStateStatus.REJECT
    assert "other than Cancelled" in respuesta.details.reason

    respuesta = cliente.set_flow_run_state(run, Cancelled())
    assert respuesta.status == SetStateStatus.ACCEPT


def test_serve_tambien_detiene_lo_que_se_cancela(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/informe_de_cierre.py")
    cambiar(
        programa, "    informe_de_cierre()\n", "    informe_de_cierre.serve('hoy')\n"
    )
    orden = ["python", programa.name]
    with en_marcha(terminal, orden, "", PREFECT_RUNNER_POLL_FREQUENCY="1"):
        pedido = "prefect deployment run informe-de-cierre/hoy"
        assert esperar(lambda: not terminal.ejecutar(pedido).codigo, LIMITE_S)
        (nombre,) = esperar_estado(cliente, "hoy", "Running")
        (run,) = [r for r in cliente.read_flow_runs() if r.name == nombre]
        cliente.set_flow_run_state(run.id, Cancelling())
        assert esperar_estado(cliente, "hoy", "Cancelled") == {nombre}


def test_la_interfaz_solo_cancela_y_reintenta_lo_de_un_deployment() -> None:
    """Cada entrada del menú de una ejecución, y la condición con que sale."""
    (menu,) = [
        texto
        for ruta in INTERFAZ.glob("flow-run._id-*.js")
        for texto in [ruta.read_text("utf-8")]
        if "children:`Retry`" in texto and "children:`Copy ID`" in texto
    ]
    for entrada, de_un_deployment in (
        ("Cancel", True),
        ("Retry", True),
        ("Resume", False),
    ):
        (variable,) = re.findall(
            rf"(\w+)&&\(0,\w+\.jsx\)\(\w+,\{{onClick:\(\)=>\w+\(!0\),children:`{entrada}`",
            menu,
        )
        (condicion,) = re.findall(
            rf"[,\s]{variable}=(\w+\(\w+\.state_type\)[^,]*),", menu
        )
        assert condicion.endswith("&&e.deployment_id") is de_un_deployment


def test_lo_que_agota_su_tiempo_se_reintenta(funciona: Callable[[str], None]) -> None:
    funciona(
        "intentos = []\n"
        "@task(timeout_seconds=0.5, retries=1)\n"
        "def lenta():\n    intentos.append(1)\n    time.sleep(5)\n"
        "@flow\ndef f():\n    assert lenta(return_state=True).name == 'TimedOut'\n"
        "f()\nassert len(intentos) == 2\n"
    )


def test_en_un_hilo_el_limite_de_la_task_espera_a_lo_que_bloquea(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar(f"{PAGINA}/limite_en_hilo.py")
    cambiar(programa, "@flow(timeout_seconds=2)", "@flow")
    cambiar(programa, "(log_prints=True)", "(log_prints=True, timeout_seconds=1)")
    salida = terminal.ejecutar("python limite_en_hilo.py").salida
    assert "Timeouts in worker threads cannot interrupt blocking operations" in salida
    empieza, acaba = (
        re.search(rf"^\S+(\d\d\.\d+) \| .* - {dicho}", salida, re.MULTILINE)[1]
        for dicho in ("Mando el pedido", "Finished in state TimedOut")
    )
    # El límite cuenta desde antes del «print»: si llega mientras, la espera no empieza.
    assert (float(acaba) - float(empieza)) % 60 >= 3


def test_una_task_asincrona_que_bloquea_no_se_detiene(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/limite_async.py")
    cambiar(programa, "import asyncio\n", "import asyncio\nimport time\n")
    cambiar(programa, "await asyncio.sleep(3)", "time.sleep(3)")
    assert "Pedido hecho" in terminal.ejecutar("python limite_async.py").salida


def test_urlopen_tiene_su_propio_limite() -> None:
    """También en un hilo, que es donde `timeout_seconds` no llega."""
    with create_server(("127.0.0.1", 0)) as mudo, ThreadPoolExecutor() as hilos:
        direccion = f"http://127.0.0.1:{mudo.getsockname()[1]}"
        pedido = hilos.submit(urlopen, direccion, timeout=0.1)
        with pytest.raises(TimeoutError):
            pedido.result(LIMITE_S)


EN_OTRO_PROCESO = """
import time
from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner

@task(timeout_seconds=1, log_prints=True)
def calcular():
    time.sleep(60)

@flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
def calculo():
    futuro = calcular.submit()
    futuro.wait()
    print(futuro.state.name)

if __name__ == "__main__":
    inicio = time.monotonic()
    calculo()
    assert time.monotonic() - inicio < 60
"""


def test_en_otro_proceso_el_limite_si_interrumpe(terminal: Terminal) -> None:
    (terminal.carpeta / "calculo.py").write_text(EN_OTRO_PROCESO, "utf-8")
    ejecucion = terminal.ejecutar("python calculo.py")
    assert ejecucion.codigo == 0, ejecucion.salida
    assert "TimedOut" in ejecucion.salida.splitlines()


def test_si_la_caja_llega_a_tiempo_el_limite_no_se_nota(terminal: Terminal) -> None:
    for nombre in ("informe_de_cierre", "mandar_caja", "con_limite"):
        programa = terminal.guardar(f"{PAGINA}/{nombre}.py")
    cambiar(programa, "timeout_seconds=1", "timeout_seconds=60")
    with en_marcha(terminal, ["python", programa.name], "View at") as proceso:
        assert "recogidas" in terminal.ejecutar("python mandar_caja.py").salida
        dicho, _ = proceso.communicate(timeout=LIMITE_S)
    assert b"Completed, de tipo COMPLETED" in dicho
    assert b"Publicado sin Puebla" not in dicho


def test_en_windows_el_limite_no_detiene_una_funcion_corriente(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Prefect lo dice en su código: allí no hay alarma que la interrumpa."""
    with pytest.raises(TimeoutError), timeout(0.05):
        time.sleep(5)
    monkeypatch.setattr(sys, "platform", "win32")
    with timeout(0.05):
        time.sleep(0.1)
