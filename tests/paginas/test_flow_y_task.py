"""Lo que «Flow y task» afirma, y lo que propone probar, es lo que hace Prefect."""

import inspect
import re

import pytest
from consultas import cambiar, task_runs
from prefect import Flow, Task
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    LogFilter,
    LogFilterFlowRunId,
    LogFilterTaskRunId,
)

from motor.ejecuciones import identificadores
from motor.rutas import DOCS, SNIPPETS
from verificador import plugin
from verificador.mascaras import es_bautizo
from verificador.terminal import Terminal

PAGINA = DOCS / "tutorial" / "flow-y-task.md"
PROGRAMAS = "tutorial/flow-y-task"
PARAMETROS = f"{PROGRAMAS}/con_parametros.py"


def filas(seccion: str) -> list[list[str]]:
    """Las filas de la tabla de una sección de la página, sin marcas ni enlaces."""
    texto = PAGINA.read_text("utf-8").split(f"{{ #{seccion} }}")[1].split("\n#")[0]
    texto = re.sub(r" \[✓\]\[\w+\]", "", texto)
    texto = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", texto)
    lineas = re.findall(r"^\| (.+) \|$", texto, re.MULTILINE)
    return [linea.split(" | ") for linea in lineas[1:]]


def salidas(*nombres: str) -> list[str]:
    """Las líneas que imprimen unos programas de la página."""
    rutas = (SNIPPETS / PROGRAMAS / f"{nombre}.txt" for nombre in nombres)
    return [linea for r in rutas for linea in r.read_text("utf-8").splitlines()]


def test_la_tabla_del_log_explica_cada_linea() -> None:
    """Cada línea del log la explica una fila, y cada fila explica alguna."""
    explicadas = set()
    for linea in salidas("mi_pipeline", "pipeline_con_tasks"):
        con_hora = re.match(r"\d\d:\d\d:\d\d\.\d{3} \| INFO    \| (.+)", linea)
        if (
            not con_hora
        ):  # lo que remite a la documentación y lo que imprime el programa
            assert linea.startswith(("See ", "El flow ha devuelto: ", "Vendido hoy: "))
            continue
        quien_y_que = con_hora[1]
        (fila,) = (
            numero
            for numero, (escrita, _) in enumerate(filas("log"))
            if re.search(patron_de(escrita), quien_y_que)
        )
        explicadas.add(fila)
    assert explicadas == set(range(len(filas("log"))))


def patron_de(escrita: str) -> str:
    """Una línea de la tabla como expresión: «…» es cualquier texto y el nombre, cualquiera."""
    fija = re.escape(escrita.strip("`")).replace("…", ".+")
    return re.sub("leer_precios|mi\\\\-pipeline", r"[\\w-]+", fija)


def test_los_nombres_que_inventa_prefect() -> None:
    lineas = "\n".join(salidas("mi_pipeline", "pipeline_con_tasks", "con_parametros"))
    de_flows = re.findall(r"Beginning flow run '(.+?)'", lineas)
    assert len(de_flows) == 5
    assert all(map(es_bautizo, de_flows))
    de_tasks = re.findall(r"Task run '(.+?)'", lineas)
    assert len(de_tasks) == 2
    for nombre in de_tasks:
        assert re.fullmatch(r"(leer_precios|sumar)-[0-9a-f]{3}", nombre)


# Lo que solo admite uno de los decoradores y la tabla no cuenta.
SIN_FILA = {
    *("flow_run_name", "task_run_name", "on_cancellation", "on_crashed", "on_commit"),
    *("on_rollback", "task_runner", "tags", "viz_return_value", "asset_deps"),
    *("retry_condition_fn", "retry_jitter_factor"),
}
DE_LA_CACHE = {
    *("cache_policy", "cache_key_fn", "cache_expiration", "refresh_cache"),
    "result_storage_key",
}


def test_la_tabla_de_los_decoradores_es_la_de_prefect() -> None:
    de_flow, de_task = (set(inspect.signature(c).parameters) for c in (Flow, Task))
    assert {"retries", "timeout_seconds"} <= de_flow & de_task
    assert de_flow - de_task == {"validate_parameters"} | SIN_FILA & de_flow
    assert de_task - de_flow == DE_LA_CACHE | SIN_FILA & de_task
    for metodo in ("submit", "map"):
        assert hasattr(Task, metodo)
        assert not hasattr(Flow, metodo)
    assert hasattr(Flow, "to_deployment")
    assert not hasattr(Task, "to_deployment")
    assert [(rasgo, f[:2], t[:2]) for rasgo, f, t in filas("decorador")] == [
        ("Cada llamada", "cr", "cr"),
        ("Queda anotado", "es", "es"),
        ("Reintentos", "sí", "sí"),
        ("Límite de tiempo (`timeout_seconds`)", "sí", "sí"),
        ("Comprueba el tipo de los argumentos", "sí", "no"),
        ("Se puede lanzar a la vez que otras", "no", "sí"),
        ("Caché", "no", "sí"),
        ("Se puede programar", "sí", "no"),
    ]


def test_quedan_anotados_el_estado_las_horas_y_el_log(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PROGRAMAS}/pipeline_con_tasks.py")

    (run,) = identificadores(terminal.ejecutar("python pipeline_con_tasks.py").salida)

    tareas = task_runs(cliente, run, 2)
    for anotado in (cliente.read_flow_run(run), *tareas):
        assert anotado.state.is_completed()
        assert anotado.start_time < anotado.end_time
    de_un_flow = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run]))
    de_una_task = LogFilter(task_run_id=LogFilterTaskRunId(any_=[tareas[0].id]))
    for filtro in (de_un_flow, de_una_task):
        assert "Completed()" in cliente.read_logs(filtro)[-1].message


def test_el_limite_de_tiempo_no_interrumpe_a_una_task_enviada(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    (terminal.carpeta / "limite.py").write_text(
        """
import time
from prefect import flow, task

@task(timeout_seconds=0.3)
def lenta() -> None:
    time.sleep(1.5)

@flow
def directa() -> None:
    lenta()

@flow
def enviada() -> None:
    lenta.submit().result()

directa(return_state=True)
enviada(return_state=True)
""",
        "utf-8",
    )

    salida = terminal.ejecutar("python limite.py").salida

    (directa,), (enviada,) = (task_runs(cliente, r, 1) for r in identificadores(salida))
    assert directa.state.name == enviada.state.name == "TimedOut"
    assert (directa.end_time - directa.start_time).total_seconds() < 1.5
    assert (enviada.end_time - enviada.start_time).total_seconds() > 1.5
    assert "cannot interrupt blocking operations" in salida


def test_una_task_sin_prefect_no_deja_rastro(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    for programa in ("pipeline_con_tasks", "sin_prefect"):
        terminal.guardar(f"{PROGRAMAS}/{programa}.py")
    antes = len(cliente.read_task_runs())

    salida = terminal.ejecutar("python sin_prefect.py").salida

    assert salida == "Vendido hoy: 1527.5 MXN\n"
    assert len(cliente.read_task_runs()) == antes


def test_entre_dos_ejecuciones_cambian_horas_nombre_y_puerto(
    pytestconfig: pytest.Config,
) -> None:
    sin_servidor = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    sin_servidor.guardar(f"{PROGRAMAS}/mi_pipeline.py")
    salidas = [sin_servidor.ejecutar("python mi_pipeline.py").salida for _ in range(2)]
    sin_servidor.cerrar()

    cambia = r"\d\d:\d\d:\d\d\.\d{3}|(?<=run ')[a-z-]+|(?<=127\.0\.0\.1:)\d+"
    (primera, igual), (segunda, tambien) = (
        (re.findall(cambia, salida), re.sub(cambia, "#", salida)) for salida in salidas
    )
    assert igual == tambien
    assert igual.count("#") == 12
    assert primera != segunda


def test_sin_log_prints_el_print_no_va_al_log(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PROGRAMAS}/mi_pipeline.py")
    assert re.search(
        r"(?m)^[\d:.]+ \| INFO    \| Flow run '.+' - Preparando el informe de ventas$",
        terminal.ejecutar("python mi_pipeline.py").salida,
    )

    cambiar(programa, "@flow(log_prints=True)", "@flow")

    assert re.search(
        r"(?m)^Preparando el informe de ventas$",
        terminal.ejecutar("python mi_pipeline.py").salida,
    )


def test_la_primera_linea_de_error_dice_que_task_ha_fallado_y_por_que(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar(f"{PROGRAMAS}/pipeline_con_tasks.py")
    cambiar(programa, "return sum(", 'raise ValueError("prueba")\n    return sum(')

    ejecucion = terminal.ejecutar("python pipeline_con_tasks.py")

    assert ejecucion.codigo != 0
    primera = next(li for li in ejecucion.salida.splitlines() if "| ERROR" in li)
    assert re.search(r"Task run 'sumar-.*ValueError\('prueba'\)", primera)


def test_con_tipo_prefect_convierte_o_rechaza_antes_de_empezar(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(PARAMETROS)

    salida = terminal.ejecutar("python con_parametros.py").salida

    runs = [cliente.read_flow_run(run) for run in identificadores(salida)]
    assert [run.state.name for run in runs] == ["Completed"] * 3
    assert salida.count("3 × 499.0 = 1497.0") == 2
    assert salida.count(" × ") == 3  # la cuarta llamada no llegó a la función
    assert "Finished in state Failed('Validation of flow parameters failed" in salida
    assert "ParameterTypeError" in salida


def test_sin_tipo_prefect_no_convierte_ni_rechaza(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    cambiar(terminal.guardar(PARAMETROS), ": int", "")

    ejecucion = terminal.ejecutar("python con_parametros.py || true")

    assert "TypeError: can't multiply sequence by non-int" in ejecucion.salida
    assert "ParameterTypeError" not in ejecucion.salida
    *_, con_texto = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(con_texto).state.name == "Failed"
    assert cliente.read_flow_run(con_texto).parameters["cantidad"] == "3"


@pytest.mark.parametrize(
    ("guarda", "estado"),
    [
        ("", "Completed"),
        ("print('no vale')\n    ", "Completed"),
        ("raise ValueError('no vale')\n    ", "Failed"),
    ],
)
def test_lo_que_el_tipo_no_rechaza_solo_lo_para_un_error(
    terminal: Terminal, cliente: SyncPrefectClient, guarda: str, estado: str
) -> None:
    programa = terminal.guardar(PARAMETROS)
    cambiar(programa, "calcular_total(499)\n", "calcular_total(499, -3)\n")
    cambiar(programa, "total = precio", f"{guarda}total = precio")

    salida = terminal.ejecutar("python con_parametros.py || true").salida

    primera, *_ = identificadores(salida)
    assert cliente.read_flow_run(primera).state.name == estado
