"""Lo que afirman los ejercicios y «Probar tus flows» y su salida no demuestra."""

import csv
from collections import defaultdict

import pandas as pd
import pytest
from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient

from calificador.ejecuciones import identificadores
from verificador.terminal import Terminal

EJERCICIOS = "ejercicios"
PROBAR = "guias/probar-flows"


def test_los_ingresos_de_cada_tienda_salen_tambien_a_mano(terminal: Terminal) -> None:
    terminal.guardar(f"{EJERCICIOS}/02-pipeline-etl/02-pipeline-etl.py")

    assert terminal.ejecutar("python 02-pipeline-etl.py").codigo == 0

    with (terminal.raiz / "data" / "ventas.csv").open(encoding="utf-8") as archivo:
        ventas = {tuple(fila.items()) for fila in csv.DictReader(archivo)}
    esperado: dict[str, float] = defaultdict(float)
    for venta in map(dict, ventas):
        if venta["precio"] and venta["cantidad"]:
            ingresos = float(venta["precio"]) * float(venta["cantidad"])
            esperado[venta["tienda"]] += ingresos
    salida = terminal.raiz / "data" / "output" / "ingresos_por_tienda.parquet"
    obtenido = pd.read_parquet(salida).set_index("tienda")["ingresos"]
    assert obtenido.to_dict() == pytest.approx(dict(esperado), abs=0.01)
    assert obtenido.is_monotonic_decreasing


def test_las_tres_lecturas_coinciden_y_lo_demas_espera(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{EJERCICIOS}/03-dependencias/03-dependencias.py")

    salida = terminal.ejecutar("python 03-dependencias.py").salida

    tareas = {t.name: t for t in task_runs(cliente, identificadores(salida)[0], 6)}
    lecturas = [tareas.pop(f"leer-{n}") for n in ("ventas", "usuarios", "productos")]
    assert max(t.start_time for t in lecturas) < min(t.end_time for t in lecturas)
    assert max(t.end_time for t in lecturas) <= tareas["unir"].start_time
    assert list(tareas) == ["unir", "resumir", "guardar"]


def test_la_variacion_con_map_da_el_mismo_margen(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/03-dependencias/03-dependencias.py")
    informe = terminal.raiz / "data" / "output" / "margen_por_ciudad.parquet"
    assert terminal.ejecutar("python 03-dependencias.py").codigo == 0
    con_submit = pd.read_parquet(informe)

    cambiar(programa, '    ventas = leer.submit("ventas")\n', "")
    cambiar(programa, '    usuarios = leer.submit("usuarios")\n', "")
    cambiar(
        programa,
        '    productos = leer.submit("productos")\n',
        "    ventas, usuarios, productos = leer.map(\n"
        '        ["ventas", "usuarios", "productos"]\n    )\n',
    )
    informe.unlink()

    assert terminal.ejecutar("python 03-dependencias.py").codigo == 0
    pd.testing.assert_frame_equal(pd.read_parquet(informe), con_submit)


@pytest.mark.parametrize(
    ("tipo", "valor", "codigo"),
    [("str", "12", 1), ("int", '"12"', 0), ("int", '"doce"', 1)],
)
def test_la_variacion_con_parametro_valida_el_tipo(
    terminal: Terminal, tipo: str, valor: str, codigo: int
) -> None:
    programa = terminal.guardar(f"{EJERCICIOS}/01-primer-flow/01-primer-flow.py")
    cambiar(programa, "def primer_flow()", f"def primer_flow(nombre: {tipo})")
    cambiar(programa, "    primer_flow()", f"    primer_flow({valor})")

    assert terminal.ejecutar("python 01-primer-flow.py").codigo == codigo


def test_sin_el_arnes_una_prueba_deja_su_ejecucion_en_tu_servidor(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PROBAR}/etl_original.py")
    terminal.guardar(f"{PROBAR}/test_corregido.py")

    salida = terminal.ejecutar("pytest -q -s test_corregido.py").salida

    (run,) = identificadores(salida)
    assert cliente.read_flow_run(run).state.is_completed()


def test_sin_drop_duplicates_las_pruebas_de_las_tasks_fallan(
    terminal: Terminal,
) -> None:
    programa = terminal.guardar("tutorial/primer-flow/etl_ventas.py")
    terminal.guardar(f"{PROBAR}/test_tareas.py")
    cambiar(programa, ".drop_duplicates()", "")

    ejecucion = terminal.ejecutar("pytest -q test_tareas.py")

    assert ejecucion.codigo == 1
    assert "1 failed, 2 passed" in ejecucion.salida
