"""Lo que «Cuánto cuesta repartir» afirma: relaciones, sobre lo medido o con datos pequeños.

Los segundos son de una máquina y de un día; aquí solo se mira quién gana a quién en el archivo
del banco, y lo que la carga no cambia: informes, task runs, estados y trabajo de CPU.
"""

import ast
import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from uuid import UUID

import pandas as pd
import pytest
from consultas import task_runs
from prefect.client.orchestration import SyncPrefectClient

from motor.rutas import DOCS, SNIPPETS
from verificador import plugin
from verificador.banco import publicado
from verificador.banco.medicion import FILAS, GENERADOR, MOTORES
from verificador.banco.resultados import Resultados

PAGINA = DOCS / "escala" / "medir.md"
MEDIR = SNIPPETS / "escala" / "medir"
QUE_REPARTEN = ("procesos", "dask")
CON_PYTHON = ("directo", "hilos", *QUE_REPARTEN)
POR_COLUMNAS = ("columnas", "duckdb")
DE_UN_ANO = 120_000
LOTES = """
from prefect import flow, task
from tasks_vacias import tasks_vacias

vistos = []

@task(retries=1)
def revisar(lote):
    vistos.extend(lote)
    assert vistos.count(2) != 1, "el 2 falla la primera vez"

@flow
def con_reintento():
    revisar([1, 2, 3])

for pedido in ((6, 1, False), (6, 3, False), (6, 1, True)):
    print("run", tasks_vacias(*pedido, return_state=True).state_details.flow_run_id)
con_reintento()
print("vistos", vistos)
"""


@pytest.fixture(scope="module")
def medido() -> Resultados:
    """Lo último que midió el banco."""
    return Resultados.leer(MEDIR / publicado.ARCHIVO)


def funciones(motor: str) -> dict[str, object]:
    """Lo que define el programa de un motor, sin ejecutarlo."""
    return runpy.run_path(str(SNIPPETS / MOTORES[motor]), run_name="prueba")


def codigo(motor: str, nombre: str) -> str:
    """El código de una función de un programa, con sus decoradores."""
    arbol = ast.parse((SNIPPETS / MOTORES[motor]).read_text("utf-8"))
    (suya,) = (n for n in arbol.body if getattr(n, "name", "") == nombre)
    return ast.dump(suya)


# ── El mismo informe, de seis maneras ──


@pytest.mark.parametrize("posicion", range(13))
def test_un_codigo_posible_deja_de_serlo_si_cambia_una_cifra(posicion: int) -> None:
    es_posible = funciones("directo")["es_posible"]
    bueno = "4006381333931"  # el ejemplo más citado de un EAN-13
    assert es_posible(int(bueno))
    for cifra in set("0123456789") - {bueno[posicion]}:
        cambiado = bueno[:posicion] + cifra + bueno[posicion + 1 :]
        assert not es_posible(int(cambiado))


@pytest.mark.parametrize("nombre", ["es_posible", "sumar_mes"])
def test_las_cuatro_primeras_tienen_la_misma_task(nombre: str) -> None:
    assert len({codigo(motor, nombre) for motor in CON_PYTHON}) == 1


def test_las_seis_maneras_dan_el_mismo_informe(tmp_path: Path) -> None:
    """Las cuatro primeras son la misma task: basta una."""
    inventar = runpy.run_path(str(SNIPPETS / GENERADOR), run_name="prueba")
    meses = [tmp_path / f"{mes}.parquet" for mes in (1, 2)]
    for mes, ruta in enumerate(meses, 1):
        inventar["inventar_mes"](mes, 500).to_parquet(ruta, index=False)
    uno, otro = (
        sum(funciones(motor)["sumar_mes"].fn(mes) for mes in meses).round(2)
        for motor in ("directo", "columnas")
    )
    con_sql = funciones("duckdb")["sumar_con_duckdb"].fn(tmp_path)
    sin_filtrar = pd.concat(map(pd.read_parquet, meses))
    de_todas = (sin_filtrar["precio"] * sin_filtrar["cantidad"]).sum()
    assert uno.to_dict() == pytest.approx(otro.to_dict())
    assert uno.to_dict() == pytest.approx(con_sql.to_dict())
    assert uno.sum() < de_todas, "ninguna venta con el código imposible"


def test_las_ventas_son_siempre_las_mismas() -> None:
    inventar = runpy.run_path(str(SNIPPETS / GENERADOR), run_name="prueba")
    inventar_mes = inventar["inventar_mes"]
    assert inventar_mes(3, 50).equals(inventar_mes(3, 50))
    assert not inventar_mes(3, 50).equals(inventar_mes(4, 50))


# ── Lo que se midió ──


def test_el_banco_tiene_cada_manera_con_cada_numero_de_filas(
    medido: Resultados,
) -> None:
    assert medido.motores == list(MOTORES)
    assert len(medido.tamanos) >= 3
    assert len(medido.medidas) == len(MOTORES) * len(medido.tamanos)
    assert DE_UN_ANO in medido.tamanos and DE_UN_ANO in FILAS


def test_el_banco_dice_con_que_y_como_midio(medido: Resultados) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", medido.fecha)
    assert {"sistema", "núcleos", "memoria_gb"} <= medido.maquina.keys()
    assert {"python", "prefect", "dask", "duckdb", "pandas"} <= medido.versiones.keys()
    assert {"memoria", "periodo_s", "repeticiones"} <= medido.como.keys()


def test_repartir_no_quita_trabajo(medido: Resultados) -> None:
    """Con un margen: la CPU tampoco es exacta."""
    muchas = medido.tamanos[-1]
    directo = medido.medida("directo", muchas).cpu_s
    for motor in QUE_REPARTEN:
        assert medido.medida(motor, muchas).cpu_s > 0.95 * directo


def test_repartir_pide_mas_memoria(medido: Resultados) -> None:
    for filas in medido.tamanos:
        directo = medido.medida("directo", filas)
        for motor in QUE_REPARTEN:
            repartido = medido.medida(motor, filas)
            assert repartido.memoria_mb > directo.memoria_mb
            assert repartido.procesos > directo.procesos


def test_por_columnas_se_trabaja_menos(medido: Resultados) -> None:
    muchas = medido.tamanos[-1]
    con_python = min(medido.medida(motor, muchas).cpu_s for motor in CON_PYTHON)
    for motor in POR_COLUMNAS:
        assert medido.medida(motor, muchas).cpu_s < con_python


# ── Desde cuántas filas compensa ──


def test_con_las_ventas_de_un_ano_no_compensa_repartir(medido: Resultados) -> None:
    directo = medido.medida("directo", DE_UN_ANO).segundos
    for motor in QUE_REPARTEN:
        assert medido.medida(motor, DE_UN_ANO).segundos > directo


INVENTADO = {
    "directo": {1200: 4.0, 120_000: 4.5, 1_200_000: 9.0},
    "procesos": {1200: 6.0, 120_000: 6.2, 1_200_000: 8.0},
    "dask": {1200: 9.0, 120_000: 9.2, 1_200_000: 11.0},
}


@pytest.fixture
def cruce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, medido: Resultados) -> dict:
    """Lo que define `cruce.py` con lo medido a su lado; `MEDIDO` se puede cambiar."""
    (tmp_path / publicado.ARCHIVO).write_text(medido.publicar(), "utf-8")
    monkeypatch.chdir(tmp_path)
    return runpy.run_path(str(MEDIR / "cruce.py"), run_name="prueba")


def con_otros_tiempos(cruce: dict, tiempos: dict[str, dict[int, float]]) -> None:
    cruce["MEDIDO"]["medidas"] = [
        {"motor": motor, "filas": filas, "segundos": segundos}
        for motor, suyos in tiempos.items()
        for filas, segundos in suyos.items()
    ]


def interpolar(puntos: dict[int, float], filas: int) -> float:
    """Los segundos con unas filas, en línea recta entre las dos medidas de al lado."""
    pocas = max(n for n in puntos if n <= filas)
    muchas = min(n for n in puntos if n > filas)
    parte = (filas - pocas) / (muchas - pocas)
    return puntos[pocas] + parte * (puntos[muchas] - puntos[pocas])


def test_el_cruce_esta_donde_se_igualan_los_tiempos(cruce: dict) -> None:
    con_otros_tiempos(cruce, INVENTADO)
    desde = cruce["cruce"]("directo", "procesos")
    directo, procesos = (
        interpolar(INVENTADO[m], desde) for m in ("directo", "procesos")
    )
    assert directo == pytest.approx(procesos, rel=1e-5)
    assert cruce["cruce"]("directo", "dask") is None


def test_el_cruce_se_mueve_con_los_segundos(cruce: dict) -> None:
    """Un diez por ciento más en una manera basta para moverlo más que eso."""
    con_otros_tiempos(cruce, INVENTADO)
    antes = cruce["cruce"]("directo", "procesos")
    peor = {n: s * 1.1 for n, s in INVENTADO["procesos"].items()}
    con_otros_tiempos(cruce, INVENTADO | {"procesos": peor})
    assert cruce["cruce"]("directo", "procesos") > 1.1 * antes


def test_la_salida_del_cruce_es_de_lo_medido(cruce: dict) -> None:
    escrito = (MEDIR / "cruce.txt").read_text("utf-8")
    for motor in QUE_REPARTEN:
        desde = cruce["cruce"]("directo", motor)
        dicho = f"desde {desde} filas" if desde else "nunca en lo medido"
        assert f"{motor}: {dicho}\n" in escrito


# ── Mil tasks ──


def test_por_lotes_se_tarda_menos(medido: Resultados) -> None:
    muchas = max(t.elementos for t in medido.tandas)
    sueltas = medido.tanda("map", muchas, muchas)
    lotes = medido.tanda("map", muchas, muchas // 100)
    assert lotes.segundos < sueltas.segundos
    assert lotes.cpu_s < sueltas.cpu_s
    assert {"map", "submit"} == {
        t.forma for t in medido.tandas if t.task_runs == muchas
    }


@pytest.fixture(scope="module")
def ejecutado(
    pytestconfig: pytest.Config, puerto: int
) -> Iterator[tuple[SyncPrefectClient, list[UUID], list[int]]]:
    """Una sola ejecución con todo: los flow runs de las tasks vacías y los elementos vistos."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    terminal.guardar("escala/medir/tasks_vacias.py")
    (terminal.carpeta / "lotes.py").write_text(LOTES, "utf-8")
    hecho = terminal.ejecutar("python lotes.py")
    assert hecho.codigo == 0, hecho.salida
    runs = [UUID(r) for r in re.findall(r"^run (\S+)", hecho.salida, re.M)]
    (vistos,) = re.findall(r"^vistos (.+)", hecho.salida, re.M)
    with SyncPrefectClient(terminal.api) as cliente:
        yield cliente, runs, json.loads(vistos)
    terminal.cerrar()


def test_con_submit_son_las_mismas_task_runs(ejecutado: tuple) -> None:
    cliente, (sueltas, lotes, con_submit), _ = ejecutado
    assert len(task_runs(cliente, sueltas, 6)) == 6
    assert len(task_runs(cliente, lotes, 2)) == 2
    assert len(task_runs(cliente, con_submit, 6)) == 6


def test_cada_task_run_deja_tres_estados_en_el_servidor(ejecutado: tuple) -> None:
    cliente, (_, lotes, _), _ = ejecutado
    for task_run in task_runs(cliente, lotes, 2):
        pedidos = {"task_run_id": str(task_run.id)}
        estados = cliente._client.get("/task_run_states/", params=pedidos).json()
        assert [e["type"] for e in sorted(estados, key=lambda e: e["timestamp"])] == [
            "PENDING",
            "RUNNING",
            "COMPLETED",
        ]


def test_si_falla_un_elemento_se_repite_su_lote(ejecutado: tuple) -> None:
    *_, vistos = ejecutado
    assert vistos == [1, 2, 3, 1, 2, 3]


# ── Lo que varía ──


def test_la_variacion_es_la_de_lo_repetido(medido: Resultados) -> None:
    repetidas = [t for t in (*medido.medidas, *medido.tandas) if len(t.veces) > 1]
    variaciones = [(max(t.veces) / min(t.veces) - 1) * 100 for t in repetidas]
    resumen = medido.resumen()
    assert resumen["variación máxima %"] == round(max(variaciones))
    assert resumen["variación mediana %"] == round(median(variaciones))


def test_la_pagina_no_escribe_numeros_a_mano() -> None:
    """Los que cita del banco cambian solos con `make bench`."""
    texto = PAGINA.read_text("utf-8")
    citados = re.findall(r'resultados\.json: "([^"]+)": #', texto)
    resumen = Resultados.leer(MEDIR / publicado.ARCHIVO).resumen()
    assert citados and set(citados) <= resumen.keys()
