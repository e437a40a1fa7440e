"""Lo que «Estados y resultados» afirma y su salida no demuestra por sí sola."""

import ast
import base64
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import prefect
import pytest
from consultas import cambiar, guardados, task_runs
from prefect import states
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType

from motor.ejecuciones import identificadores
from motor.espera import esperar
from motor.rutas import DOCS
from verificador.terminal import Terminal

PAGINA = "tutorial/estados-y-resultados"


def nombres_de_prefect() -> set[tuple[str, str]]:
    """Los nombres de estado que hay en el código de Prefect, cada uno con su tipo."""
    funciones = {
        nombre: getattr(states, nombre)()
        for nombre in vars(states)
        if re.fullmatch("[A-Z][a-z]\\w+", nombre)
        and getattr(states, nombre).__module__ == states.__name__
        and nombre != "StateGroup"
    }
    tipos = {funcion: estado.type.value for funcion, estado in funciones.items()}
    nombres = {(e.name, e.type.value) for e in funciones.values()}
    for archivo in Path(prefect.__file__).parent.rglob("*.py"):
        texto = archivo.read_text("utf-8")
        if 'name="' in texto or '.name = "' in texto:
            for nodo in ast.walk(ast.parse(texto)):
                nombres |= nombre_propio(nodo, tipos)
    return nombres


def nombre_propio(nodo: ast.AST, tipos: dict[str, str]) -> set[tuple[str, str]]:
    """El nombre que una línea de Prefect da a un estado: `Pending(name="NotReady")`."""
    match nodo:
        case ast.Call(func=ast.Name(id=f) | ast.Attribute(attr=f), keywords=claves):
            nombres = [c.value for c in claves if c.arg == "name" and f in tipos]
            return {(n.value, tipos[f]) for n in nombres if isinstance(n, ast.Constant)}
        case ast.Assign(
            targets=[ast.Attribute(value=ast.Name(id=estado), attr="name")],
            value=ast.Constant(value=nombre),
        ) if "state" in estado:
            return {(nombre, "COMPLETED")}  # solo `Cached`, y a un `Completed`
    return set()


def test_la_tabla_de_estados_dice_la_verdad() -> None:
    pagina = (DOCS / "tutorial" / "estados-y-resultados.md").read_text("utf-8")
    tabla = re.findall(r"^\| `(\w+)` \| `([A-Z]+)` \|", pagina, re.MULTILINE)
    (otros,) = re.findall(r"^Prefect usa además otros nombres.+", pagina, re.MULTILINE)
    reales = nombres_de_prefect()

    sin_funcion = {nombre for nombre, _ in reales if not hasattr(states, nombre)}
    assert sin_funcion == {"Cached", "NotReady", "Resuming", "RolledBack", "TimedOut"}
    escritos = [nombre for nombre, _ in tabla] + re.findall(r"`(\w+)`", otros)
    assert sorted(escritos) == sorted({nombre for nombre, _ in reales})
    assert reales.issuperset(tabla)
    assert {tipo for _, tipo in tabla} == {tipo.value for tipo in StateType}


@pytest.fixture
def dormilon(terminal: Terminal) -> Iterator[tuple[subprocess.Popen, UUID]]:
    """Un programa cuyo flow tarda mucho, ya en marcha, y su flow run."""
    programa = terminal.carpeta / "dormilon.py"
    programa.write_text(
        "import time\nfrom prefect import flow\n"
        "@flow(log_prints=True)\ndef dormir():\n"
        "    print('dormido')\n    time.sleep(60)\n"
        "dormir()\n"
    )
    with subprocess.Popen(
        [terminal.programas / "python", programa],
        env=terminal.entorno,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as proceso:
        salida = ""
        while "dormido" not in salida:
            salida += proceso.stdout.readline()
        yield proceso, identificadores(salida)[0]
        proceso.kill()


@pytest.mark.parametrize("senal", [signal.SIGINT, signal.SIGTERM])
def test_lo_que_se_interrumpe_queda_en_crashed(
    dormilon: tuple[subprocess.Popen, UUID],
    cliente: SyncPrefectClient,
    senal: signal.Signals,
) -> None:
    proceso, run = dormilon

    proceso.send_signal(senal)
    proceso.communicate(timeout=20)

    assert cliente.read_flow_run(run).state.name == "Crashed"


def test_lo_que_se_interrumpe_con_sys_exit_queda_en_crashed(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/ventas_del_dia.py")
    cambiar(programa, "    ventas = contar()", "    raise SystemExit(3)")

    (run,) = identificadores(terminal.ejecutar("python ventas_del_dia.py").salida)

    assert cliente.read_flow_run(run).state.name == "Crashed"


def test_un_proceso_matado_sigue_en_running(
    dormilon: tuple[subprocess.Popen, UUID], cliente: SyncPrefectClient
) -> None:
    proceso, run = dormilon

    proceso.kill()
    proceso.wait()

    assert cliente.read_flow_run(run).state.name == "Running"


def test_lo_que_se_cancela_pasa_por_cancelling_si_estaba_en_marcha(
    dormilon: tuple[subprocess.Popen, UUID],
    terminal: Terminal,
    cliente: SyncPrefectClient,
) -> None:
    _, en_marcha = dormilon
    programada = cliente.create_flow_run(
        prefect.flow(print, name="nada"), state=states.Scheduled()
    ).id

    for run, nombre in ((en_marcha, "Cancelling"), (programada, "Cancelled")):
        terminal.ejecutar(f"prefect flow-run cancel {run}")
        assert cliente.read_flow_run(run).state.name == nombre


def test_lo_que_se_pausa_espera_a_que_alguien_lo_reanude(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/ventas_del_dia.py")
    cambiar(programa, "import flow,", "import flow, pause_flow_run,")
    cambiar(
        programa, "    ventas =", "    pause_flow_run(poll_interval=1)\n    ventas ="
    )
    servicio = terminal.servir("python ventas_del_dia.py", "Pausing flow")
    (run,) = identificadores(servicio.salida)
    assert espera_a(cliente, run, "Paused")

    cliente.resume_flow_run(run)

    assert espera_a(cliente, run, "Completed")


def espera_a(cliente: SyncPrefectClient, run: UUID, nombre: str) -> bool:
    """Si un flow run llega a un estado."""
    return esperar(lambda: cliente.read_flow_run(run).state.name == nombre, 20)


def test_el_resultado_de_un_estado_fallido_es_su_error(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/estados.py")
    assert "Error: ZeroDivisionError" in terminal.ejecutar("python estados.py").salida

    cambiar(programa, "result(raise_on_failure=False)", "result()")

    ejecucion = terminal.ejecutar("python estados.py")
    assert ejecucion.codigo != 0
    assert "Error: ZeroDivisionError" not in ejecucion.salida
    assert "ZeroDivisionError: division by zero" in ejecucion.salida


def test_el_servidor_guarda_los_estados_pero_no_el_resultado(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/ventas_del_dia.py")

    salida = terminal.ejecutar("python ventas_del_dia.py").salida

    (contar,) = task_runs(cliente, identificadores(salida)[0], 1)
    historia = [estado.name for estado in cliente.read_task_run_states(contar.id)]
    assert historia == ["Pending", "Running", "Retrying", "Completed"]
    assert guardados(terminal) == []


def test_solo_persist_result_escribe_el_resultado(terminal: Terminal) -> None:
    terminal.guardar(f"{PAGINA}/releer.py")

    terminal.ejecutar("python releer.py")

    assert len(guardados(terminal)) == 1
    assert guardados(terminal)[0].match("casa/.prefect/storage/*")


def test_el_error_de_un_flow_se_guarda_sin_pedirlo(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/ventas_del_dia.py")
    cambiar(programa, ", retries=1", "")

    terminal.ejecutar("python ventas_del_dia.py")

    (guardado,) = guardados(terminal)
    assert b"ConnectionError" in base64.b64decode(guardado.read_bytes())


def test_otro_programa_lee_el_resultado_guardado(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/releer.py")
    run = identificadores(terminal.ejecutar("python releer.py").salida)[1]
    programa.with_name("otro.py").write_text(
        "from prefect.client.orchestration import get_client\n"
        "with get_client(sync_client=True) as cliente:\n"
        f"    print(cliente.read_flow_run('{run}').state.result())\n"
    )

    assert terminal.ejecutar("python otro.py").salida.strip() == "18"


def test_sin_persist_result_ninguno_se_puede_releer(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/releer.py")
    cambiar(programa, "@flow(persist_result=True)", "@flow")

    salida = terminal.ejecutar("python releer.py").salida

    assert salida.count("En memoria: 18") == 2
    assert salida.count("Del servidor: MissingResult") == 2
