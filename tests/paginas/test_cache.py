"""Lo que «Caché» afirma y su salida no demuestra por sí sola."""

import re
import sqlite3
import threading
from contextlib import closing

import pandas as pd
import pytest
from consultas import cambiar, guardados, task_runs
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import HashError
from prefect.utilities.hashing import hash_objects

from motor.ejecuciones import identificadores
from verificador.terminal import Terminal

PAGINA = "tutorial/cache"


def estados(terminal: Terminal, cliente: SyncPrefectClient, orden: str) -> list[str]:
    """Ejecuta un programa y devuelve el estado final de cada task run, en orden."""
    salida = terminal.ejecutar(orden).salida
    cuantas = len(re.findall(r"Task run '.+' - Finished in state", salida))
    return [
        t.state.name for t in task_runs(cliente, identificadores(salida)[0], cuantas)
    ]


def test_la_cache_no_ve_que_cambia_el_archivo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/con_cache.py")
    orden = "python con_cache.py"
    assert estados(terminal, cliente, orden) == ["Completed", "Completed", "Cached"]
    ventas = terminal.raiz / "data" / "ventas.csv"
    pd.read_csv(ventas).head(0).to_csv(ventas, index=False)

    assert estados(terminal, cliente, orden) == ["Cached"] * 3


def test_con_refresh_cache_se_calcula_todo_y_se_guarda_lo_nuevo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/con_cache.py")
    orden = "python con_cache.py"
    estados(terminal, cliente, orden)
    ventas = terminal.raiz / "data" / "ventas.csv"
    pd.read_csv(ventas).head(0).to_csv(ventas, index=False)

    con_el_ajuste = f"PREFECT_TASKS_REFRESH_CACHE=true {orden}"

    assert estados(terminal, cliente, con_el_ajuste) == ["Completed"] * 3
    assert estados(terminal, cliente, orden) == ["Cached"] * 3
    assert "2025-01: 0.00 MXN" in terminal.ejecutar(orden).salida


def test_persist_result_solo_reutiliza_dentro_del_flow_run(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/con_cache.py")
    cambiar(programa, "cache_policy=INPUTS + TASK_SOURCE", "persist_result=True")

    for _ in range(2):
        assert estados(terminal, cliente, "python con_cache.py") == [
            "Completed",
            "Completed",
            "Cached",
        ]


def test_sin_nada_no_se_reutiliza_ni_se_guarda(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/con_cache.py")
    cambiar(programa, "cache_policy=INPUTS + TASK_SOURCE, ", "")

    assert estados(terminal, cliente, "python con_cache.py") == ["Completed"] * 3
    assert guardados(terminal) == []


@pytest.mark.parametrize(
    ("programa", "primera", "caja"),
    [
        ("trampa_inputs", ["Completed", "Cached"], 1548),
        ("sin_trampa", ["Completed", "Completed"], 3096),
    ],
)
def test_inputs_sin_task_source_confunde_dos_tasks(
    terminal: Terminal,
    cliente: SyncPrefectClient,
    programa: str,
    primera: list[str],
    caja: int,
) -> None:
    terminal.guardar(f"{PAGINA}/{programa}.py")

    # La segunda vez, todo sale de la caché y dice lo mismo.
    for esperados in (primera, ["Cached", "Cached"]):
        salida = terminal.ejecutar(f"python {programa}.py").salida
        (run,) = identificadores(salida)
        assert [t.state.name for t in task_runs(cliente, run, 2)] == esperados
        assert "Una docena, a 129 la pieza: 1548 MXN" in salida
        assert f"Una caja de 24, a 129 la pieza: {caja} MXN" in salida


def test_cambiar_el_codigo_invalida_su_cache(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/sin_trampa.py")
    terminal.ejecutar("python sin_trampa.py")
    cambiar(programa, "precio * 24", "precio * 25")

    assert estados(terminal, cliente, "python sin_trampa.py") == ["Cached", "Completed"]


def test_task_source_no_mira_lo_que_la_task_usa(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/sin_trampa.py")
    cambiar(programa, "precio * 24", "por_factor(precio)")
    cambiar(
        programa,
        "@flow",
        "FACTOR = 24\n\ndef por_factor(x):\n    return x * FACTOR\n\n@flow",
    )
    terminal.ejecutar("python sin_trampa.py")

    for antes, despues in (("FACTOR = 24", "FACTOR = 25"), ("x * FACTOR", "FACTOR")):
        cambiar(programa, antes, despues)
        assert estados(terminal, cliente, "python sin_trampa.py") == ["Cached"] * 2
    assert (
        "Una caja de 24, a 129 la pieza: 3096 MXN"
        in terminal.ejecutar("python sin_trampa.py").salida
    )


def test_una_cache_policy_guarda_el_resultado(terminal: Terminal) -> None:
    terminal.guardar(f"{PAGINA}/sin_trampa.py")

    terminal.ejecutar("python sin_trampa.py")

    assert len(guardados(terminal)) == 2


def test_una_task_hereda_persist_result_de_su_flow(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/con_cache.py")
    cambiar(programa, "cache_policy=INPUTS + TASK_SOURCE, ", "")
    cambiar(programa, "@flow(", "@flow(persist_result=True, ")

    for _ in range(2):
        assert estados(terminal, cliente, "python con_cache.py") == [
            "Completed",
            "Completed",
            "Cached",
        ]


def test_un_resultado_caducado_se_calcula_otra_vez(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/caducidad.py")

    assert estados(terminal, cliente, "python caducidad.py") == [
        "Completed",
        "Cached",
        "Completed",
    ]


HUELLA = "Error encountered when computing cache key"


def test_ni_conexiones_ni_cerrojos_tienen_huella() -> None:
    with closing(sqlite3.connect(":memory:")) as conexion:
        for argumento in (conexion, threading.Lock()):
            with pytest.raises(HashError):
                hash_objects(argumento, raise_on_failure=True)


def test_una_conexion_no_se_puede_comparar_pero_la_task_termina_bien(
    terminal: Terminal,
) -> None:
    for programa, avisos in (("con_conexion", 1), ("conexion_sin_cache", 0)):
        terminal.guardar(f"{PAGINA}/{programa}.py")
        ejecucion = terminal.ejecutar(f"python {programa}.py")
        assert ejecucion.codigo == 0, ejecucion.salida
        assert ejecucion.salida.count(HUELLA) == avisos
        assert "Ventas de Puebla: 2" in ejecucion.salida


def test_pasar_la_ruta_en_vez_de_la_conexion_no_da_error(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/con_conexion.py")
    cambiar(programa, '":memory:"', '"ventas.db"')
    cambiar(programa, "conexion: sqlite3.Connection", "ruta: str")
    cambiar(
        programa,
        "= conexion.execute(consulta",
        "= sqlite3.connect(ruta).execute(consulta",
    )
    cambiar(programa, "print(f", "conexion.commit()\n        print(f")
    cambiar(programa, "contar(conexion,", "contar('ventas.db',")

    ejecucion = terminal.ejecutar("python con_conexion.py")

    assert ejecucion.codigo == 0, ejecucion.salida
    assert "ERROR" not in ejecucion.salida
    assert "Ventas de Puebla: 2" in ejecucion.salida


def test_una_conexion_de_sqlite_no_sirve_en_otro_hilo(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/conexion_sin_cache.py")
    cambiar(
        programa,
        "contar(conexion, 'Puebla')",
        "contar.submit(conexion, 'Puebla').result()",
    )

    ejecucion = terminal.ejecutar("python conexion_sin_cache.py")

    assert ejecucion.codigo != 0
    assert "SQLite objects created in a thread" in ejecucion.salida
