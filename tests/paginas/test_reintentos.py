"""Lo que «Reintentos y errores» afirma y su salida no demuestra por sí sola."""

import pytest
from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient

from calificador import ejecuciones
from calificador.ejecuciones import identificadores
from verificador.terminal import Terminal

PAGINA = "tutorial/reintentos"
ANOTARLO_S = 0.02  # la espera empieza a contar un poco antes de que su estado se anote


@pytest.mark.parametrize(
    ("programa", "intentos", "estado"),
    [("api_inestable", 3, "Completed"), ("agotados", 4, "Failed")],
)
def test_retries_3_son_cuatro_intentos_como_mucho(
    terminal: Terminal,
    cliente: SyncPrefectClient,
    programa: str,
    intentos: int,
    estado: str,
) -> None:
    terminal.guardar(f"{PAGINA}/{programa}.py")

    salida = terminal.ejecutar(f"python {programa}.py").salida

    (run,) = identificadores(salida)
    (descargar,) = task_runs(cliente, run, 1)
    assert descargar.run_count == intentos
    assert descargar.state.name == cliente.read_flow_run(run).state.name == estado


def test_un_solo_reintento_no_basta(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/api_inestable.py")
    cambiar(programa, "retries=3", "retries=1")

    assert terminal.ejecutar("python api_inestable.py").codigo != 0


def test_las_esperas_son_las_pedidas(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/espera_creciente.py")

    salida = terminal.ejecutar("python espera_creciente.py").salida

    run = identificadores(salida)[0]
    task_runs(cliente, run, 2)
    esperas = {
        tarea.nombre: [
            tramo.fin - tramo.inicio
            for tramo in tarea.tramos
            if tramo.estado == "AwaitingRetry"
        ]
        for tarea in ejecuciones.leer(cliente, run).tareas
    }
    pedidas = {"lista": [0.1, 0.5], "exponencial": [0.1, 0.2, 0.4]}
    for nombre, segundos in pedidas.items():
        assert len(esperas[nombre]) == len(segundos)
        for real, pedida in zip(esperas[nombre], segundos, strict=True):
            assert real >= pedida - ANOTARLO_S


def test_solo_se_reintenta_lo_que_tiene_arreglo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/solo_si_conviene.py")

    salida = terminal.ejecutar("python solo_si_conviene.py").salida

    intentos = {
        t.name: t.run_count for t in task_runs(cliente, identificadores(salida)[0], 2)
    }
    assert intentos == {"leer ventas.csv": 3, "leer ventaz.csv": 1}


def test_el_plan_b_solo_atiende_el_error_esperado(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/plan_b.py")
    assert terminal.ejecutar("python plan_b.py").codigo == 0

    cambiar(programa, "except ConnectionError", "except ValueError")

    assert terminal.ejecutar("python plan_b.py").codigo != 0


def test_el_flow_devuelve_el_estado_que_decide(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/por_estado.py")

    salida = terminal.ejecutar("python por_estado.py").salida

    estado = cliente.read_flow_run(identificadores(salida)[0]).state
    assert estado.is_failed()
    assert estado.message == "1 de 3 tiendas sin cerrar"


@pytest.mark.parametrize(
    ("quitar", "avisar"), [(False, "Completed"), (True, "NotReady")]
)
def test_allow_failure_deja_pasar_el_error(
    terminal: Terminal, cliente: SyncPrefectClient, quitar: bool, avisar: str
) -> None:
    programa = terminal.guardar(f"{PAGINA}/avisar_siempre.py")
    if quitar:
        cambiar(programa, "allow_failure(carga)", "carga")

    salida = terminal.ejecutar("python avisar_siempre.py").salida

    (run,) = identificadores(salida)
    estados = sorted(t.state.name for t in task_runs(cliente, run, 3))
    assert estados == sorted(["Failed", "NotReady", avisar])
    assert cliente.read_flow_run(run).state.is_failed()


def test_el_flow_reintentado_repite_solo_lo_que_no_guardo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/flow_con_reintentos.py")

    salida = terminal.ejecutar("python flow_con_reintentos.py").salida

    assert cliente.read_flow_run(identificadores(salida)[0]).run_count == 2
    assert salida.count("Descargando…") == 2
    assert salida.count("Calculando…") == 1
