"""Qué se repite y qué no al reanudar: docs/produccion/reanudar.md."""

import re
from pathlib import Path

import httpx
import prefect
import pytest
from consultas import LIMITE_S, cambiar, en_marcha
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Failed, Scheduled

from motor.ejecuciones import identificadores
from motor.espera import esperar
from verificador.terminal import Terminal

PAGINA = "produccion/reanudar"
INTERFAZ = Path(prefect.__file__).parent / "server/ui-v2/assets"
PAUSA = "poll_interval=1"
REPETIR = "--entrypoint carga_nocturna.py:carga_nocturna"


@pytest.fixture
def fallida(terminal: Terminal) -> str:
    """El flow run de una carga que ha fallado porque no estaba el almacén."""
    terminal.guardar(f"{PAGINA}/carga_nocturna.py")
    ejecucion = terminal.ejecutar("python carga_nocturna.py")
    assert ejecucion.codigo != 0
    assert sumadas(ejecucion.salida) == 4
    (run,) = identificadores(ejecucion.salida)
    (terminal.carpeta / "almacen").mkdir()
    return str(run)


def sumadas(salida: str) -> int:
    """Cuántas veces se ha sumado de verdad una tienda."""
    return len(re.findall(r"Sumando \w", salida))


def test_lo_que_nadie_reanuda_acaba_fallando(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/publicar_informe.py")
    cambiar(programa, PAUSA, f"{PAUSA}, timeout=1")

    ejecucion = terminal.ejecutar("python publicar_informe.py")

    (run,) = identificadores(ejecucion.salida)
    assert "Flow run was paused and never resumed" in ejecucion.salida
    assert cliente.read_flow_run(run).state.name == "Failed"


def test_si_el_programa_muere_en_pausa_nadie_lo_sigue(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/publicar_informe.py")
    with en_marcha(terminal, ["python", "publicar_informe.py"], "Pausing flow") as p:
        runs = cliente.read_flow_runs
        assert esperar(lambda: any(r.state_name == "Paused" for r in runs()), LIMITE_S)
        p.kill()
    (run,) = [r for r in runs() if r.state_name == "Paused"]
    respuesta = {"quien": "Luis", "decision": "publicar"}
    cliente.resume_flow_run(run.id, run_input=respuesta)
    assert cliente.read_flow_run(run.id).state_name == "Running"


def test_la_interfaz_pregunta_lo_que_pide_el_flow(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    """El flow deja en el servidor qué se pregunta; la interfaz, si está, pone un formulario."""
    terminal.guardar(f"{PAGINA}/publicar_informe.py")
    antes = {run.name for run in cliente.read_flow_runs()}
    with en_marcha(terminal, ["python", "publicar_informe.py"], "Pausing flow"):

        def guardado() -> str:
            (run,) = [r for r in cliente.read_flow_runs() if r.name not in antes]
            claves = run.state.state_details.run_input_keyset or {}
            ruta = f"{terminal.api}/flow_runs/{run.id}/input/{claves.get('schema')}"
            return httpx.get(ruta).text

        assert esperar(lambda: "descartar" in guardado(), LIMITE_S)
    textos = [ruta.read_text("utf-8") for ruta in INTERFAZ.glob("flow-run._id-*.js")]
    (menu,) = [texto for texto in textos if "children:`Resume`" in texto]
    assert re.search(
        r"(\w)=\w+\.state\?\.state_details\?\.run_input_keyset;return \1\?\.schema\?",
        menu,
    )


def test_solo_se_suspende_lo_de_un_deployment(terminal: Terminal) -> None:
    for nombre in ("publicar_informe", "informe_suspendido"):
        terminal.guardar(f"{PAGINA}/{nombre}.py")

    ejecucion = terminal.ejecutar("python informe_suspendido.py")

    assert ejecucion.codigo != 0
    assert "Cannot suspend flows without a deployment" in ejecucion.salida


def test_solo_se_reintenta_desde_fuera_lo_de_un_deployment(
    cliente: SyncPrefectClient,
) -> None:
    run = cliente.create_flow_run(prefect.flow(print, name="nada"), state=Failed()).id
    respuesta = cliente.set_flow_run_state(run, Scheduled())
    assert respuesta.status == SetStateStatus.ABORT
    assert "without an associated deployment" in respuesta.details.reason


def test_al_repetir_se_usa_el_programa_corregido(
    terminal: Terminal, fallida: str
) -> None:
    programa = terminal.carpeta / "carga_nocturna.py"
    (terminal.carpeta / "almacen").rmdir()
    cambiar(programa, "    if not ALMACEN.is_dir():\n", "    if False:\n")
    cambiar(programa, "    pd.Series", "    ALMACEN.mkdir()\n    pd.Series")

    ejecucion = terminal.ejecutar(f"prefect flow-run retry {fallida} {REPETIR}")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert sumadas(ejecucion.salida) == 0
    assert "Cargadas 4 tiendas" in ejecucion.salida


def test_lo_guardado_en_otra_maquina_no_sirve(terminal: Terminal, fallida: str) -> None:
    otra = "export PREFECT_RESULTS_LOCAL_STORAGE_PATH=otra\n"

    ejecucion = terminal.ejecutar(f"{otra}prefect flow-run retry {fallida} {REPETIR}")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert sumadas(ejecucion.salida) == 4


def test_si_cambian_los_datos_se_suma_otra_vez(terminal: Terminal) -> None:
    for nombre in ("carga_nocturna", "carga_reanudable"):
        terminal.guardar(f"{PAGINA}/{nombre}.py")
    (terminal.carpeta / "almacen").mkdir()
    ventas = terminal.raiz / "data" / "ventas.csv"
    veces = []
    for _ in range(2):
        salida = terminal.ejecutar("python carga_reanudable.py").salida
        veces.append(sumadas(salida))
    cambiar(ventas, "239.00", "240.00")
    veces.append(sumadas(terminal.ejecutar("python carga_reanudable.py").salida))
    assert veces == [4, 0, 4]
