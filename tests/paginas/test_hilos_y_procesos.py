"""Dónde se ejecuta cada task: docs/escala/hilos-y-procesos.md, preguntado a quien la ejecuta."""

import json
import multiprocessing
import re
import runpy
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterTaskRunId
from prefect.client.schemas.objects import FlowRun
from prefect.task_runners import ProcessPoolTaskRunner

from motor.espera import esperar
from motor.rutas import SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = "escala/hilos-y-procesos"
LIMITE_S = 30

# Un solo programa para todo lo que hay que preguntar a los procesos: arrancarlos cuesta.
PREGUNTAS = """
import asyncio
import json
import os
import sqlite3
import threading
import time
from pathlib import Path

from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner

AQUI = Path(__file__).parent
VISTOS = []
DICHO = {}


def quien():
    return [os.getpid(), threading.get_ident()]


@task(log_prints=True)
def encontrarse(lugar, yo, otra):
    # No acaba hasta que ha empezado la otra: van a la vez, o no acaban nunca.
    VISTOS.append(yo)
    (AQUI / f"{lugar}-{yo}").touch()
    while not (AQUI / f"{lugar}-{otra}").exists():
        time.sleep(0.01)
    print(f"soy {yo}")
    return quien()


@task
def abrir():
    return sqlite3.connect(":memory:")


@task
async def doble(numero):
    await asyncio.sleep(0)
    return 2 * numero


@flow
def con_hilos():
    una, otra = encontrarse.map(["hilos"] * 2, ["a", "b"], ["b", "a"]).result()
    DICHO["hilos"] = {"flow": quien(), "tasks": [una, otra], "vistos": len(VISTOS)}


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def con_procesos():
    VISTOS.clear()
    una, otra = encontrarse.map(["procesos"] * 2, ["a", "b"], ["b", "a"]).result()
    DICHO["procesos"] = {"flow": quien(), "tasks": [una, otra], "vistos": len(VISTOS)}

    mas_uno = lambda numero: numero + 1

    @task
    def de_dentro(numero):
        return mas_uno(numero)

    DICHO["viajan"] = de_dentro.submit(1).result()
    DICHO["asincronas"] = doble.map([1, 2]).result()
    abierta = abrir.submit()
    try:
        abierta.result()
    except TypeError as error:
        DICHO["no_viaja"] = str(error)


if __name__ == "__main__":
    con_hilos()
    con_procesos()
    (AQUI / "dicho.json").write_text(json.dumps(DICHO), "utf-8")
"""


@pytest.fixture(scope="module")
def preguntado(pytestconfig: pytest.Config, puerto: int) -> Iterator[SimpleNamespace]:
    """Lo que contestan las tasks, y un cliente del servidor que las vio."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    (terminal.carpeta / "preguntas.py").write_text(PREGUNTAS, "utf-8")
    ejecucion = terminal.ejecutar("python preguntas.py")
    assert ejecucion.codigo == 0, ejecucion.salida
    dicho = json.loads((terminal.carpeta / "dicho.json").read_text("utf-8"))
    with SyncPrefectClient(terminal.api) as cliente:
        yield SimpleNamespace(dicho=dicho, cliente=cliente)
    terminal.cerrar()


def run_de(cliente: SyncPrefectClient, flow: str) -> list[FlowRun]:
    """Las ejecuciones de un flow, por su nombre."""
    flows = {uno.id: uno.name for uno in cliente.read_flows()}
    return [run for run in cliente.read_flow_runs() if flows[run.flow_id] == flow]


def procesos_de(respuestas: list[list[int]]) -> list[int]:
    return [proceso for proceso, _ in respuestas]


def test_con_hilos_todo_pasa_en_el_proceso_del_flow(
    preguntado: SimpleNamespace,
) -> None:
    dicho = preguntado.dicho["hilos"]
    assert set(procesos_de(dicho["tasks"])) == {dicho["flow"][0]}
    assert len({hilo for _, hilo in [*dicho["tasks"], dicho["flow"]]}) == 3


def test_con_procesos_cada_task_trabaja_en_otro_python(
    preguntado: SimpleNamespace,
) -> None:
    """Y a la vez: ninguna acaba hasta que la otra ha empezado."""
    dicho = preguntado.dicho["procesos"]
    assert len({*procesos_de(dicho["tasks"]), dicho["flow"][0]}) == 3


def test_lo_que_cambia_una_task_en_otro_proceso_no_se_ve_fuera(
    preguntado: SimpleNamespace,
) -> None:
    assert preguntado.dicho["hilos"]["vistos"] == 2
    assert preguntado.dicho["procesos"]["vistos"] == 0


def test_las_funciones_del_programa_viajan(preguntado: SimpleNamespace) -> None:
    assert preguntado.dicho["viajan"] == 2


def test_las_tasks_asincronas_tambien_van_en_procesos(
    preguntado: SimpleNamespace,
) -> None:
    assert preguntado.dicho["asincronas"] == [2, 4]


def test_una_task_que_devuelve_lo_que_no_viaja_queda_en_completed(
    preguntado: SimpleNamespace,
) -> None:
    assert "cannot pickle" in preguntado.dicho["no_viaja"]
    (run,) = run_de(preguntado.cliente, "con-procesos")
    (abierta,) = [
        t for t in task_runs(preguntado.cliente, run.id, 6) if "abrir" in t.name
    ]
    assert abierta.state.name == "Completed"


def test_los_logs_de_otro_proceso_llegan_al_servidor(
    preguntado: SimpleNamespace,
) -> None:
    (run,) = run_de(preguntado.cliente, "con-procesos")
    suyas = [
        t.id
        for t in task_runs(preguntado.cliente, run.id, 6)
        if "encontrarse" in t.name
    ]
    filtro = LogFilter(task_run_id=LogFilterTaskRunId(any_=suyas))

    def estan() -> bool:
        dichos = {log.message for log in preguntado.cliente.read_logs(filtro)}
        return {"soy a", "soy b"} <= dichos

    assert esperar(estan, LIMITE_S)


def test_sin_decirlo_hay_un_proceso_por_procesador() -> None:
    assert ProcessPoolTaskRunner()._max_workers == multiprocessing.cpu_count()


@pytest.fixture(scope="module")
def modulo() -> dict[str, Any]:
    """El generador de ventas, sin ejecutarlo."""
    return runpy.run_path(str(SNIPPETS / PAGINA / "generar_ventas.py"))


def test_las_ventas_inventadas_son_siempre_las_mismas(modulo: dict[str, Any]) -> None:
    una, otra = (modulo["inventar_mes"](3, 100) for _ in range(2))
    assert una.equals(otra)
    assert not una.equals(modulo["inventar_mes"](4, 100))


def test_una_de_cada_cien_ventas_trae_un_codigo_imposible(
    modulo: dict[str, Any],
) -> None:
    """Contado con lo que dice la norma EAN-13, y no con el programa de la página."""
    codigos = modulo["inventar_mes"](1, 20_000)["codigo"]
    pesos = [1, 3] * 6 + [1]
    malos = sum(
        sum(
            peso * int(cifra)
            for peso, cifra in zip(pesos, f"{codigo:013}", strict=True)
        )
        % 10
        != 0
        for codigo in codigos
    )
    assert 0.007 < malos / len(codigos) < 0.013


@pytest.mark.parametrize(
    ("programa", "directo"),
    [
        ("hilos-y-procesos/informe_hilos", "hilos-y-procesos/informe_directo"),
        ("hilos-y-procesos/informe_procesos", "hilos-y-procesos/informe_directo"),
    ],
)
def test_el_total_es_el_mismo_se_reparta_como_se_reparta(
    programa: str, directo: str
) -> None:
    """Lo que enseña la página, que se acaba de comparar con lo que imprime cada programa."""
    dicho, esperado = (
        re.findall(
            r"^.+: [\d.]+ MXN$",
            (SNIPPETS / "escala" / f"{nombre}.txt").read_text("utf-8"),
            re.MULTILINE,
        )
        for nombre in (programa, directo)
    )
    assert dicho == esperado
    assert len(dicho) == 4


def test_sin_proteger_cada_proceso_empieza_otro_flow_run(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    for nombre in ("informe_procesos", "sin_proteger"):
        terminal.guardar(f"{PAGINA}/{nombre}.py")
    guardar_meses(terminal, 1)
    previas = {run.id for run in run_de(cliente, "informe-procesos")}
    assert terminal.ejecutar("python sin_proteger.py").codigo
    nuevas = [r for r in run_de(cliente, "informe-procesos") if r.id not in previas]
    assert [run.state.name for run in nuevas] == ["Failed"] * 2


def guardar_meses(terminal: Terminal, cuantos: int) -> None:
    """Pocas ventas: lo que se mira no depende de cuántas."""
    terminal.guardar(f"{PAGINA}/generar_ventas.py")
    pedido = f"python generar_ventas.py --meses {cuantos} --filas 100"
    assert terminal.ejecutar(pedido).codigo == 0


def test_con_un_proceso_los_meses_van_en_fila(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/informe_procesos.py")
    cambiar(programa, "max_workers=2", "max_workers=1")
    guardar_meses(terminal, 3)
    previas = {run.id for run in run_de(cliente, "informe-procesos")}
    assert terminal.ejecutar("python informe_procesos.py").codigo == 0
    (run,) = [r for r in run_de(cliente, "informe-procesos") if r.id not in previas]
    meses = task_runs(cliente, run.id, 3)
    assert all(uno.end_time <= otro.start_time for uno, otro in pairwise(meses))


def test_sin_bucle_se_descarta_lo_mismo(
    monkeypatch: pytest.MonkeyPatch, modulo: dict[str, Any]
) -> None:
    monkeypatch.syspath_prepend(SNIPPETS / PAGINA)
    sin_bucle = runpy.run_path(str(SNIPPETS / PAGINA / "sin_bucle.py"))
    codigos = modulo["inventar_mes"](2, 2_000)["codigo"]
    uno_a_uno = codigos.map(sin_bucle["es_posible"])
    assert not uno_a_uno.all()
    pd.testing.assert_series_equal(
        uno_a_uno, sin_bucle["son_posibles"](codigos), check_names=False
    )
