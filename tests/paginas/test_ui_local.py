"""Lo que docs/tutorial/ui-local.md dice que verás en la interfaz está en la API."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import prefect
from consultas import cambiar, task_runs
from prefect import states
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import StateType

from motor.ejecuciones import identificadores
from verificador import salidas
from verificador.terminal import Terminal

ETL = "tutorial/primer-flow/etl_ventas.py"


def test_cada_ejecucion_esta_con_sus_tasks_y_sus_logs(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(ETL)
    primera = terminal.ejecutar("python etl_ventas.py").salida
    segunda = terminal.ejecutar("python etl_ventas.py").salida

    assert "Starting temporary server" not in primera + segunda
    ids = identificadores(primera) + identificadores(segunda)
    assert len({cliente.read_flow_run(run).name for run in ids}) == 2
    for run, salida in zip(ids, (primera, segunda), strict=True):
        leido = cliente.read_flow_run(run)
        assert leido.state.is_completed()
        assert leido.total_run_time.total_seconds() > 0
        assert re.fullmatch("[a-z]+-[a-z]+", leido.name)
        assert f"Flow run '{leido.name}'" in salida

        tareas = task_runs(cliente, run, 3)
        nombres = [tarea.name.rsplit("-", 1)[0] for tarea in tareas]
        assert nombres == ["extraer", "transformar", "cargar"]
        assert all(tarea.state.is_completed() for tarea in tareas)

        filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
        guardados = sorted(log.message for log in cliente.read_logs(filtro))
        vistos = [
            linea.split(" - ", 1)[1]
            for linea in salida.splitlines()
            if " run '" in linea and "View at" not in linea
        ]
        assert guardados == sorted(vistos)


def test_una_ejecucion_fallida_dice_por_que(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    cambiar(terminal.guardar(ETL), '"ventas.csv"', '"otro.csv"')
    (run,) = identificadores(terminal.ejecutar("python etl_ventas.py").salida)

    assert cliente.read_flow_run(run).state.type == StateType.FAILED
    filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
    assert any("otro.csv" in log.message for log in cliente.read_logs(filtro))


def test_con_el_servidor_parado_el_flow_falla_y_no_arranca_otro(
    terminal: Terminal,
) -> None:
    terminal.guardar(ETL)
    # En el puerto 9 no escucha nadie.
    intento = terminal.ejecutar(
        "PREFECT_API_URL=http://127.0.0.1:9/api python etl_ventas.py"
    )
    assert intento.codigo != 0
    ultima = salidas.publicable(intento.salida).splitlines()[-1]
    assert ultima == "RuntimeError: Failed to reach API at http://127.0.0.1:9/api/"
    assert "Starting temporary server" not in intento.salida
    assert not (terminal.raiz / "data" / "output" / "ventas.parquet").exists()


def test_se_puede_volver_al_servidor_temporal(terminal: Terminal) -> None:
    def direccion() -> bool:
        return "PREFECT_API_URL" in terminal.ejecutar("prefect config view").salida

    # El perfil «local» de Prefect trae la dirección: borrarla no basta.
    terminal.ejecutar("prefect profile use local")
    assert direccion()
    terminal.ejecutar("prefect config unset PREFECT_API_URL --yes")
    assert direccion()
    terminal.ejecutar("prefect profile use ephemeral")
    terminal.ejecutar("prefect config unset PREFECT_API_URL --yes")
    assert not direccion()
    terminal.ejecutar("prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api")
    assert direccion()
    terminal.ejecutar("prefect config unset PREFECT_API_URL --yes")
    assert not direccion()


def test_el_grafo_de_la_interfaz_une_cada_task_con_la_que_usa_su_resultado(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(ETL)
    (run,) = identificadores(terminal.ejecutar("python etl_ventas.py").salida)
    task_runs(cliente, run, 3)

    # De aquí saca la interfaz lo que dibuja.
    grafo = httpx.get(f"{terminal.api}/flow_runs/{run}/graph-v2").json()

    nombres = {id_: nodo["label"].rsplit("-", 1)[0] for id_, nodo in grafo["nodes"]}
    flechas = {
        (nombres[padre["id"]], nombres[id_])
        for id_, nodo in grafo["nodes"]
        for padre in nodo["parents"]
    }
    assert flechas == {("extraer", "transformar"), ("transformar", "cargar")}


def test_view_at_abre_la_version_anterior_de_la_interfaz(terminal: Terminal) -> None:
    def abrir(ruta: str) -> httpx.Response:
        servidor = terminal.api.removesuffix("/api")
        return httpx.get(f"{servidor}{ruta}", headers={"Accept": "text/html"})

    assert abrir("/").headers["location"].endswith("/v2/")
    assert "/v2/" in abrir("/v2/runs").text
    view_at = abrir("/runs/flow-run/00000000-0000-0000-0000-000000000000")
    assert view_at.status_code == 200
    assert "/v2/" not in view_at.text


def test_ver_ejecuciones_solo_muestra_las_ya_empezadas(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(ETL)
    terminal.guardar("tutorial/ui-local/ver_ejecuciones.py")
    cambiar(terminal.carpeta / "etl_ventas.py", '"ventas.csv"', '"otro.csv"')
    (run,) = identificadores(terminal.ejecutar("python etl_ventas.py").salida)
    manana = states.Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=1))
    programada = cliente.create_flow_run(prefect.flow(print, name="nada"), state=manana)

    salida = terminal.ejecutar("python ver_ejecuciones.py").salida

    primera, *mensajes = salida.splitlines()
    assert primera.startswith(f"{cliente.read_flow_run(run).name}: Failed, ")
    assert programada.name not in salida
    assert "Traceback" not in salida
    *otras, fallidas = [m for m in mensajes if not m.startswith("  ")]
    assert len(otras) <= 4
    assert fallidas.startswith("Fallidas: ")


def test_ver_ejecuciones_cuenta_las_que_han_fallado(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar("tutorial/ui-local/ver_ejecuciones.py")

    def contadas() -> int:
        *_, ultima = terminal.ejecutar("python ver_ejecuciones.py").salida.splitlines()
        return int(ultima.removeprefix("Fallidas: "))

    antes = contadas()
    for estado in (states.Failed(), states.Crashed(), states.Completed()):
        cliente.create_flow_run(prefect.flow(print, name="nada"), state=estado)
    assert contadas() == antes + 1


def test_sin_direccion_no_se_le_cuenta_nada_al_servidor(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar("tutorial/ui-local/sin_direccion.py")
    cambiar(terminal.carpeta / "sin_direccion.py", "saludo", "a_nadie")
    terminal.ejecutar("python sin_direccion.py")
    assert [f.name for f in cliente.read_flows() if f.name == "a-nadie"] == ["a-nadie"]

    # El servidor de las pruebas no usa el archivo `prefect.db` de esta terminal.
    cambiar(terminal.carpeta / "sin_direccion.py", "a_nadie", "a_otro")
    terminal.ejecutar(
        "prefect config unset PREFECT_API_URL --yes\npython sin_direccion.py"
    )

    assert "a-otro" not in [f.name for f in cliente.read_flows()]
    assert "a-otro" in guardados(terminal)


def guardados(terminal: Terminal) -> list[str]:
    """Los flows que hay en la base de datos de quien usa la terminal."""
    with closing(sqlite3.connect(terminal.prefect / "prefect.db")) as base:
        return [nombre for (nombre,) in base.execute("SELECT name FROM flow")]


def test_el_historial_de_un_servidor_temporal_esta_en_tu_archivo(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar("tutorial/ui-local/sin_direccion.py")
    terminal.ejecutar("prefect config unset PREFECT_API_URL --yes")

    # Cada uno arranca y detiene su propio servidor, con el mismo `prefect.db`.
    terminal.ejecutar("python sin_direccion.py")
    cambiar(programa, "saludo", "despedida")
    terminal.ejecutar("python sin_direccion.py")

    assert sorted(guardados(terminal)) == ["despedida", "saludo"]


def test_un_segundo_servidor_dice_que_el_puerto_esta_ocupado(
    terminal: Terminal,
) -> None:
    segundo = terminal.ejecutar("prefect server start")

    assert segundo.codigo != 0
    assert "Port 4200 is already in use" in segundo.salida.replace(
        str(terminal.puerto), "4200"
    )


def test_un_perfil_nuevo_no_permite_servidores_temporales(terminal: Terminal) -> None:
    terminal.guardar("tutorial/ui-local/sin_direccion.py")
    terminal.ejecutar("prefect profile create nuevo\nprefect profile use nuevo")

    ejecucion = terminal.ejecutar("python sin_direccion.py")

    assert ejecucion.codigo != 0
    assert "ValueError: No Prefect API URL provided" in ejecucion.salida
