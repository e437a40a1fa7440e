"""Lo que «Flow y task» propone probar da lo que la página dice."""

import pytest
from consultas import cambiar
from prefect.client.orchestration import SyncPrefectClient

from calificador.ejecuciones import identificadores
from verificador.terminal import Terminal

PARAMETROS = "tutorial/flow-y-task/con_parametros.py"


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
