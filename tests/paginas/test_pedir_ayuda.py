"""Los problemas que explica «Pedir ayuda», provocados de verdad, y sus remedios."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from consultas import cambiar

from motor.rutas import DOCS
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = DOCS / "guias" / "pedir-ayuda.md"
PROGRAMA = "tutorial/flow-y-task/mi_pipeline.py"
ORDEN = "python mi_pipeline.py"
INGRESOS = "guias/pedir-ayuda/ingresos.py"
ARREGLO = """\
    total = 0.0
    sin_cantidad = [v for v in ventas if "cantidad" not in v]
    print(f"{len(sin_cantidad)} sin cantidad")
    ventas = [v for v in ventas if "cantidad" in v]
"""
SIN_NADIE = "PREFECT_API_URL=http://127.0.0.1:9/api"  # en el puerto 9 no escucha nadie
# También es la dirección de un proxy que no contesta.
CON_PROXY = "export http_proxy=http://127.0.0.1:9 HTTP_PROXY=http://127.0.0.1:9\n"
SIN_REMEDIO = "unset NO_PROXY no_proxy\n"
REMEDIO = "NO_PROXY=127.0.0.1"


@pytest.fixture
def sin_servidor(pytestconfig: pytest.Config) -> Iterator[Terminal]:
    """Una terminal sin dirección de servidor, con el primer programa del tutorial."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    nueva.guardar(PROGRAMA)
    yield nueva
    nueva.cerrar()


def exigir(terminal: Terminal, orden: str, error: str) -> None:
    """La orden termina mal con ese error, que la página explica."""
    ejecucion = terminal.ejecutar(orden)
    assert ejecucion.codigo != 0
    assert error in ejecucion.salida
    assert error in PAGINA.read_text("utf-8")


def test_sin_servidor_el_flow_y_las_ordenes_lo_dicen_de_otra_manera(
    sin_servidor: Terminal,
) -> None:
    exigir(sin_servidor, f"{SIN_NADIE} {ORDEN}", "Failed to reach API at http://")
    exigir(
        sin_servidor,
        f"{SIN_NADIE} prefect flow-run ls",
        "All connection attempts failed",
    )


def test_un_puerto_ocupado_lo_dice_el_servidor(sin_servidor: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ocupado:
        puerto = ocupado.getsockname()[1]
        ejecucion = sin_servidor.ejecutar(f"prefect server start --port {puerto}")
    assert ejecucion.codigo != 0
    assert f"Port {puerto} is already in use" in ejecucion.salida
    assert "`Port 4200 is already in use`" in PAGINA.read_text("utf-8")


def test_con_un_proxy_el_programa_no_llega_a_su_servidor(
    sin_servidor: Terminal,
) -> None:
    limite = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
    error = "Timed out while attempting to connect to ephemeral Prefect API server"
    exigir(sin_servidor, f"{SIN_REMEDIO}{CON_PROXY}export {limite}=4\n{ORDEN}", error)
    assert f"`export {REMEDIO}`" in PAGINA.read_text("utf-8")
    ejecucion = sin_servidor.ejecutar(f"export {limite}=120 {REMEDIO}\n{ORDEN}")
    assert ejecucion.codigo == 0, ejecucion.salida


def test_sin_salida_a_internet_el_servidor_se_queja_si_no_se_ajusta(
    sin_servidor: Terminal,
) -> None:
    def intentar(enviar: str) -> str:
        return sin_servidor.ejecutar(
            f"export https_proxy=http://127.0.0.1:9 {REMEDIO}\n"
            f"export PREFECT_SERVER_ANALYTICS_ENABLED={enviar}\n{ORDEN}"
        ).salida

    # «Failed to send telemetry», o la traza de `send_telemetry_heartbeat` si choca.
    assert "telemetry" in intentar("true")
    assert "telemetry" not in intentar("false")


def test_un_programa_que_no_esta_lo_dice_python(tmp_path: Path) -> None:
    orden = [sys.executable, "mi_pipeline.py"]
    hecho = subprocess.run(orden, cwd=tmp_path, capture_output=True, text=True)
    assert "can't open file" in hecho.stderr
    assert "`can't open file`" in PAGINA.read_text("utf-8")


def test_un_print_solo_llega_al_log_con_log_prints(sin_servidor: Terminal) -> None:
    con_log_prints = sin_servidor.ejecutar(ORDEN).salida
    cambiar(sin_servidor.carpeta / "mi_pipeline.py", "(log_prints=True)", "")
    sin_log_prints = sin_servidor.ejecutar(ORDEN).salida
    assert "- Preparando el informe de ventas\n" in con_log_prints
    assert "\nPreparando el informe de ventas\n" in sin_log_prints


def test_el_mismo_error_se_cuenta_tres_veces(sin_servidor: Terminal) -> None:
    sin_servidor.guardar(INGRESOS)
    salida = sin_servidor.ejecutar("python ingresos.py").salida
    assert salida.count("KeyError: 'cantidad'\n") == 3


def test_ingresos_arreglado_dice_cuantas_ha_saltado(sin_servidor: Terminal) -> None:
    programa = sin_servidor.guardar(INGRESOS)
    cambiar(programa, "    total = 0.0\n", ARREGLO)
    arreglado = sin_servidor.ejecutar("python ingresos.py")
    assert arreglado.codigo == 0
    assert "1 sin cantidad" in arreglado.salida
    assert "Ingresos: 240.00" in arreglado.salida


def test_otra_clave_da_otro_error_en_la_misma_linea(sin_servidor: Terminal) -> None:
    cambiar(sin_servidor.guardar(INGRESOS), 'venta["precio"]', 'venta["Precio"]')
    salida = sin_servidor.ejecutar("python ingresos.py").salida
    assert "KeyError: 'Precio'" in salida
    assert 'ingresos.py", line 16, in sumar' in salida
