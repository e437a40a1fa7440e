"""Lo que docs/tutorial/ui-local.md dice que verás en la interfaz está en la API."""

from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import StateType

from calificador.ejecuciones import identificadores
from verificador.terminal import Terminal

ETL = "tutorial/primer-flow/etl_ventas.py"


def test_cada_ejecucion_esta_con_sus_tasks_y_sus_logs(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(ETL)
    primera = terminal.ejecutar("python etl_ventas.py").salida
    segunda = terminal.ejecutar("python etl_ventas.py").salida

    ids = identificadores(primera) + identificadores(segunda)
    assert len(ids) == 2
    for run, salida in zip(ids, (primera, segunda), strict=True):
        leido = cliente.read_flow_run(run)
        assert leido.state.is_completed()
        assert leido.total_run_time.total_seconds() > 0
        assert leido.name in salida

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
    assert "Starting temporary server" not in intento.salida
    assert not (terminal.raiz / "data" / "output" / "ventas.parquet").exists()


def test_se_puede_volver_al_servidor_temporal(terminal: Terminal) -> None:
    def direccion() -> bool:
        return "PREFECT_API_URL" in terminal.ejecutar("prefect config view").salida

    # El perfil «local» de Prefect trae la dirección de fábrica: borrarla no basta.
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
