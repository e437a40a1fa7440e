"""Lo que «Reintentos y errores» afirma y su salida no demuestra por sí sola."""

import re
from itertools import pairwise
from operator import ge

import pytest
from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient

from motor import ejecuciones
from motor.ejecuciones import identificadores
from motor.rutas import SNIPPETS
from verificador.terminal import Terminal

PAGINA = "tutorial/reintentos"


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


def test_un_error_que_nadie_atiende_llega_hasta_quien_lanzo_el_programa(
    terminal: Terminal,
) -> None:
    terminal.guardar(f"{PAGINA}/agotados.py")

    ejecucion = terminal.ejecutar("python agotados.py")

    fallidos = re.findall(r"(Task|Flow) run .+ in state Failed", ejecucion.salida)
    assert fallidos == ["Task", "Flow"]
    assert ejecucion.codigo != 0


def test_la_traza_acaba_en_tu_error_y_dice_donde_esta() -> None:
    # La salida de la página, que su propia prueba compara con la de verdad.
    lineas = (SNIPPETS / PAGINA / "agotados.txt").read_text("utf-8").splitlines()

    assert lineas[-1] == "ConnectionError: API caída"
    propias = [n for n, linea in enumerate(lineas) if "/agotados.py" in linea]
    assert "raise ConnectionError" in lineas[propias[-1] + 1]
    demas = [li for li in lineas if "File " in li and "/agotados.py" not in li]
    assert demas
    assert all("site-packages/prefect" in linea for linea in demas)


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
    # De un intento al siguiente: lo que se espera se cuenta desde que falla el primero.
    entre_intentos = {
        tarea.nombre: [
            despues.inicio - antes.inicio
            for antes, despues in pairwise(
                tramo
                for tramo in tarea.tramos
                if tramo.estado in ("Running", "Retrying")
            )
        ]
        for tarea in ejecuciones.leer(cliente, run).tareas
    }
    pedidas = {"lista": [0.1, 0.5], "exponencial": [0.1, 0.2, 0.4]}
    for nombre, segundos in pedidas.items():
        assert len(entre_intentos[nombre]) == len(segundos)
        assert all(map(ge, entre_intentos[nombre], segundos)), entre_intentos


def test_con_jitter_cada_task_espera_un_tiempo_distinto(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/api_inestable.py")
    cambiar(programa, "retries=3", "retries=1, retry_jitter_factor=0.5")
    cambiar(programa, "run_count < 3", "run_count < 2")
    cambiar(
        programa,
        "{descargar()}",
        "{[descargar.submit() for _ in range(4)][3].result()}",
    )

    salida = terminal.ejecutar("python api_inestable.py").salida

    esperas = [float(s) for s in re.findall(r"will start (\S+) second", salida)]
    assert len(esperas) == len(set(esperas)) == 4
    assert all(0.1 <= espera <= 0.3 for espera in esperas)  # 0.2, más o menos la mitad


def test_solo_se_reintenta_lo_que_tiene_arreglo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/solo_si_conviene.py")

    assert intentos_de_leer(terminal, cliente, 2) == {
        "leer ventas.csv": 3,
        "leer ventaz.csv": 1,
    }


def intentos_de_leer(
    terminal: Terminal, cliente: SyncPrefectClient, tasks: int
) -> dict[str, int]:
    """Ejecuta «solo_si_conviene.py» y cuenta los intentos de cada task run."""
    salida = terminal.ejecutar("python solo_si_conviene.py").salida
    (run,) = identificadores(salida)
    return {t.name: t.run_count for t in task_runs(cliente, run, tasks)}


def test_la_condicion_recibe_la_task_su_ejecucion_y_su_estado(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/solo_si_conviene.py")
    # Si un `assert` fallara no habría reintentos.
    comprobar = (
        "assert isinstance(tarea, Task) and isinstance(ejecucion, TaskRun)\n"
        "    assert isinstance(estado, State)\n"
        "    error = estado.result(raise_on_failure=False)\n"
        "    assert isinstance(error, ConnectionError)\n"
    )
    cambiar(programa, "return isinstance(", f"{comprobar}    return isinstance(")
    cambiar(programa, '("ventas.csv", "ventaz.csv")', '("ventas.csv",)')

    assert intentos_de_leer(terminal, cliente, 1) == {"leer ventas.csv": 3}


def test_una_condicion_que_falla_es_un_no(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/solo_si_conviene.py")
    cambiar(programa, "result(raise_on_failure=False)", "result()")

    assert intentos_de_leer(terminal, cliente, 1) == {"leer ventas.csv": 1}


def test_el_plan_b_solo_atiende_el_error_esperado(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/plan_b.py")
    assert terminal.ejecutar("python plan_b.py").codigo == 0

    cambiar(programa, "except ConnectionError", "except ValueError")

    assert terminal.ejecutar("python plan_b.py").codigo != 0


def test_el_flow_devuelve_el_estado_que_decide(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/por_estado.py")

    ejecucion = terminal.ejecutar("python por_estado.py")

    estado = cliente.read_flow_run(identificadores(ejecucion.salida)[0]).state
    assert estado.is_failed()
    assert estado.message == "1 de 4 tiendas sin cerrar"
    assert ejecucion.codigo != 0


def test_si_el_flow_devuelve_solo_el_total_nadie_ve_el_fallo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/por_estado.py")
    cambiar(programa, "    if fallos:", "    return total\n    if fallos:")

    ejecucion = terminal.ejecutar("python por_estado.py")

    (run,) = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(run).state.is_completed()
    assert ejecucion.codigo == 0


@pytest.mark.parametrize(
    ("quitar", "avisar"), [(False, "Completed"), (True, "NotReady")]
)
def test_allow_failure_deja_pasar_el_error(
    terminal: Terminal, cliente: SyncPrefectClient, quitar: bool, avisar: str
) -> None:
    programa = terminal.guardar(f"{PAGINA}/avisar_siempre.py")
    if quitar:
        cambiar(programa, "allow_failure(carga)", "carga")

    ejecucion = terminal.ejecutar("python avisar_siempre.py")

    (run,) = identificadores(ejecucion.salida)
    estados = sorted(t.state.name for t in task_runs(cliente, run, 3))
    assert estados == sorted(["Failed", "NotReady", avisar])
    assert cliente.read_flow_run(run).state.is_failed()
    assert ejecucion.codigo != 0


def test_publicar_y_avisar_solo_esperan_a_la_carga(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/avisar_siempre.py")

    ejecucion = terminal.ejecutar("python avisar_siempre.py")

    (run,) = identificadores(ejecucion.salida)
    tareas = {t.name.partition("-")[0]: t for t in task_runs(cliente, run, 3)}
    for nombre in ("publicar", "avisar"):
        (recibidas,) = tareas[nombre].task_inputs.values()
        assert [recibida.id for recibida in recibidas] == [tareas["cargar"].id]


def test_el_resultado_de_quien_no_llego_a_empezar_no_dice_que_fallo(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar(f"{PAGINA}/avisar_siempre.py")
    cambiar(programa, "    carga.result()\n", "")

    ejecucion = terminal.ejecutar("python avisar_siempre.py")

    assert ejecucion.codigo != 0
    *_, visto = re.findall(r"^\S+(?:Error|Run): .+", ejecucion.salida, re.MULTILINE)
    assert visto.startswith("prefect.exceptions.UnfinishedRun: ")
    assert "el almacén no responde" not in visto


def test_el_flow_reintentado_repite_solo_lo_que_no_guardo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/flow_con_reintentos.py")

    salida = terminal.ejecutar("python flow_con_reintentos.py").salida

    assert cliente.read_flow_run(identificadores(salida)[0]).run_count == 2
    assert salida.count("Descargando…") == 2
    assert salida.count("Calculando…") == 1


def test_con_otros_argumentos_lo_guardado_no_sirve(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/flow_con_reintentos.py")
    cambiar(programa, "return [120, 80, 45]", "return [flow_run.run_count]")

    salida = terminal.ejecutar("python flow_con_reintentos.py").salida

    assert salida.count("Calculando…") == 2


def test_un_reintento_repite_tambien_lo_que_ya_estaba_hecho(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar(f"{PAGINA}/api_inestable.py")
    insertar = "open('filas.txt', 'a').write('fila\\n')"
    cambiar(programa, "    if task_run", f"    {insertar}\n    if task_run")

    terminal.ejecutar("python api_inestable.py")

    filas = programa.with_name("filas.txt").read_text("utf-8")
    assert filas.splitlines() == ["fila"] * 3
