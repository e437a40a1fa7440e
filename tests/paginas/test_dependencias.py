"""Lo que «Dependencias y concurrencia» afirma y su salida no demuestra por sí sola."""

import csv
import importlib.util
import re
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from consultas import cambiar, coinciden_en_el_tiempo, task_runs, van_en_fila
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.task_runners import ThreadPoolTaskRunner

from motor.ejecuciones import identificadores
from motor.rutas import RAIZ, SNIPPETS
from verificador import salidas
from verificador.terminal import Terminal

PAGINA = "tutorial/dependencias"


@pytest.fixture(scope="module")
def pipeline() -> ModuleType:
    """`pipeline_dependencias.py`, importado para usar sus tasks como funciones."""
    ruta = SNIPPETS / PAGINA / "pipeline_dependencias.py"
    declarado = importlib.util.spec_from_file_location(ruta.stem, ruta)
    modulo = importlib.util.module_from_spec(declarado)
    declarado.loader.exec_module(modulo)
    return modulo


def test_las_llamadas_directas_van_en_fila_y_submit_en_paralelo(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/tres_tareas.py")

    salida = terminal.ejecutar("python tres_tareas.py").salida

    runs = identificadores(salida)
    directas, enviadas = (task_runs(cliente, run, 3) for run in runs)
    assert len(directas) == len(enviadas) == 3
    assert van_en_fila(directas)
    assert coinciden_en_el_tiempo(enviadas)
    # «Dura un tercio»: con la máquina cargada, al menos bastante menos.
    una_a_una, a_la_vez = (cliente.read_flow_run(run) for run in runs)
    assert una_a_una.total_run_time > 1.5 * a_la_vez.total_run_time


def test_con_un_solo_hilo_submit_vuelve_a_la_fila(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/tres_tareas.py")
    cambiar(
        programa,
        "@flow(log_prints=True)\ndef enviadas",
        "from prefect.task_runners import ThreadPoolTaskRunner\n"
        "@flow(log_prints=True, task_runner=ThreadPoolTaskRunner(max_workers=1))\n"
        "def enviadas",
    )

    salida = terminal.ejecutar("python tres_tareas.py").salida

    _, enviadas = (task_runs(cliente, run, 3) for run in identificadores(salida))
    assert van_en_fila(enviadas)


def test_submit_devuelve_un_future_sin_esperar(
    funciona: Callable[[str], None],
) -> None:
    funciona("""
@task
def lenta() -> int:
    time.sleep(0.5)
    return 7

@flow
def probar() -> None:
    futuro = lenta.submit()
    assert isinstance(futuro, PrefectFuture)
    assert not futuro.state.is_final()
    assert lenta() == 7
    assert futuro.result() == 7

probar()
""")


def test_result_espera_y_devuelve_lo_que_devolvio_la_task(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(f"{PAGINA}/pipeline_dependencias.py")

    salida = terminal.ejecutar("python pipeline_dependencias.py").salida

    *_, cargar = task_runs(cliente, identificadores(salida)[0], 5)
    assert cargar.name.startswith("cargar")
    assert salida.index(cargar.name) < salida.index(
        "Guardado: data/output/margen_por_ciudad.parquet"
    )


def test_por_omision_las_tasks_se_reparten_en_hilos() -> None:
    @flow
    def cualquiera() -> None: ...

    assert isinstance(cualquiera.task_runner, ThreadPoolTaskRunner)


def test_los_futures_son_dependencias_y_llegan_resueltos(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    """Con lecturas lentas, para ver que coinciden y que acaba antes la última enviada."""
    programa = terminal.guardar(f"{PAGINA}/pipeline_dependencias.py")
    cambiar(programa, "import pandas", "from time import sleep\n\nimport pandas")
    cambiar(programa, "    return pd.read_csv", "    sleep(1)\n    return pd.read_csv")
    cambiar(programa, "    ventas = pd", "    sleep(0.5)\n    ventas = pd")

    salida = terminal.ejecutar("python pipeline_dependencias.py").salida

    tareas = {
        t.name.rpartition("-")[0]: t
        for t in task_runs(cliente, identificadores(salida)[0], 5)
    }
    lecturas = [tareas[f"extraer_{n}"] for n in ("usuarios", "productos", "ventas")]
    assert coinciden_en_el_tiempo(lecturas)
    assert min(lecturas, key=lambda t: t.end_time) is lecturas[-1]
    combinar = tareas["combinar"]
    for nombre in ("usuarios", "productos", "ventas"):
        extraer = tareas[f"extraer_{nombre}"]
        assert [e.id for e in combinar.task_inputs[nombre]] == [extraer.id]
        assert extraer.end_time <= combinar.start_time
    assert combinar.end_time <= tareas["cargar"].start_time
    resumen = pd.read_parquet(
        terminal.raiz / "data" / "output" / "margen_por_ciudad.parquet"
    )
    assert resumen["ciudad"].is_unique
    assert resumen["margen"].notna().all()


def test_ninguna_venta_se_repite_ni_se_pierde_en_silencio(pipeline: ModuleType) -> None:
    ventas = pipeline.extraer_ventas.fn()
    usuarios = pipeline.extraer_usuarios.fn()
    productos = pipeline.extraer_productos.fn()

    def combinar(usuarios: pd.DataFrame, productos: pd.DataFrame) -> None:
        pipeline.combinar.fn(ventas, usuarios, productos)

    combinar(usuarios, productos)
    for repetida in (usuarios, productos):
        con_repetidas = pd.concat([repetida, repetida.head(5)])
        assert len(ventas.merge(con_repetidas)) > len(ventas)
        tablas = [con_repetidas if t is repetida else t for t in (usuarios, productos)]
        with pytest.raises(pd.errors.MergeError, match="not a many-to-one merge"):
            combinar(*tablas)
    for recortada in (usuarios, productos):
        con_huecos = recortada.iloc[5:]
        perdidas = len(ventas) - len(ventas.merge(con_huecos))
        assert perdidas > 0
        tablas = [con_huecos if t is recortada else t for t in (usuarios, productos)]
        with pytest.raises(ValueError, match=f"^{perdidas} ventas sin ciudad o sin"):
            combinar(*tablas)


def test_el_margen_es_el_exacto_al_centavo(pipeline: ModuleType) -> None:
    """Otra vez la cuenta, con `Decimal` y sin pandas."""

    def filas(nombre: str) -> list[dict[str, str]]:
        with (RAIZ / "data" / nombre).open(encoding="utf-8") as archivo:
            return list(csv.DictReader(archivo))

    ciudades = {u["usuario_id"]: u["ciudad"] for u in filas("usuarios.csv")}
    costos = {p["producto_id"]: Decimal(p["costo"]) for p in filas("productos.csv")}
    exacto: dict[str, Decimal] = defaultdict(Decimal)
    for venta in map(
        dict, dict.fromkeys(tuple(v.items()) for v in filas("ventas.csv"))
    ):
        if venta["precio"] and venta["cantidad"]:
            margen = Decimal(venta["precio"]) - costos[venta["producto_id"]]
            exacto[ciudades[venta["usuario_id"]]] += margen * Decimal(venta["cantidad"])

    extraidas = [
        getattr(pipeline, f"extraer_{n}").fn()
        for n in ("ventas", "usuarios", "productos")
    ]
    resumen = pipeline.combinar.fn(*extraidas).set_index("ciudad")["margen"]
    assert {c: f"{m:.2f}" for c, m in resumen.items()} == {
        c: f"{m:.2f}" for c, m in exacto.items()
    }


def test_un_fallo_al_guardar_deja_entero_el_margen_anterior(
    pipeline: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def escribir_a_medias(tabla: pd.DataFrame, ruta: Path, **_: object) -> None:
        ruta.write_bytes(b"PAR1")
        raise OSError("No queda espacio en el disco")

    destino = tmp_path / "margen.parquet"
    anterior = pd.DataFrame({"ciudad": ["Puebla"], "margen": [1.25]})
    pipeline.cargar.fn(anterior, destino)
    monkeypatch.setattr(pd.DataFrame, "to_parquet", escribir_a_medias)

    with pytest.raises(OSError, match="espacio"):
        pipeline.cargar.fn(anterior.assign(margen=0.0), destino)

    assert pd.read_parquet(destino).equals(anterior)


def test_si_falla_una_extraccion_lo_que_depende_de_ella_no_empieza(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{PAGINA}/pipeline_dependencias.py")
    cambiar(programa, '"usuarios.csv"', '"usuarioz.csv"')

    ejecucion = terminal.ejecutar("python pipeline_dependencias.py")

    assert ejecucion.codigo != 0
    assert re.search(r"(?m)^prefect\.exceptions\.UnfinishedRun", ejecucion.salida)
    assert re.search(r"(?m)^FileNotFoundError: .*usuarioz\.csv", ejecucion.salida)
    estados = {
        t.name.rpartition("-")[0]: t.state.name
        for t in task_runs(cliente, identificadores(ejecucion.salida)[0], 5)
    }
    assert estados == {
        "extraer_usuarios": "Failed",
        "extraer_productos": "Completed",
        "extraer_ventas": "Completed",
        "combinar": "NotReady",
        "cargar": "NotReady",
    }


@pytest.mark.parametrize(
    ("programa", "estado_del_flow", "codigo"),
    [("fallo_silencioso", "Completed", 0), ("fallo_visible", "Failed", 1)],
)
def test_el_flow_solo_ve_el_fallo_de_lo_que_devuelve(
    terminal: Terminal,
    cliente: SyncPrefectClient,
    programa: str,
    estado_del_flow: str,
    codigo: int,
) -> None:
    terminal.guardar(f"{PAGINA}/{programa}.py")

    ejecucion = terminal.ejecutar(f"python {programa}.py")

    assert ejecucion.codigo == codigo
    (run,) = identificadores(ejecucion.salida)
    (cargar,) = task_runs(cliente, run, 1)
    assert cargar.state.is_failed()
    assert cliente.read_flow_run(run).state.name == estado_del_flow


def test_lo_enviado_que_no_ha_empezado_al_acabar_el_flow_no_se_ejecuta(
    terminal: Terminal,
) -> None:
    """Con un solo hilo, la segunda carga no puede empezar hasta que acabe la primera."""
    programa = terminal.guardar(f"{PAGINA}/fallo_silencioso.py")
    cambiar(
        programa, 'raise ConnectionError("el almacén no responde")', "time.sleep(1)"
    )
    cambiar(programa, "    cargar.submit()\n", "    cargar.submit()\n" * 2)
    cambiar(
        programa,
        "@flow(log_prints=True)",
        "from prefect.task_runners import ThreadPoolTaskRunner\n"
        "@flow(log_prints=True, task_runner=ThreadPoolTaskRunner(max_workers=1))",
    )

    salida = terminal.ejecutar(f"python {programa.name}").salida

    assert salida.count("Task run 'cargar' - Finished in state Completed()") == 1
    ultima = salidas.publicable(salida).splitlines()[-1]
    assert "Finished in state Completed()" in ultima


def test_result_tambien_hace_visible_el_fallo(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/fallo_visible.py")
    cambiar(programa, "return carga\n", "carga.result()\n")

    ejecucion = terminal.ejecutar(f"python {programa.name}")

    assert ejecucion.codigo == 1
    assert "Encountered exception during execution: ConnectionError" in ejecucion.salida


def test_wait_espera_y_calla_el_error(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/fallo_visible.py")
    cambiar(programa, "return carga\n", 'carga.wait()\n    print("Sigo")\n')

    ejecucion = terminal.ejecutar(f"python {programa.name}")

    fallo = ejecucion.salida.index("Task run 'cargar' - Finished in state Failed")
    assert fallo < ejecucion.salida.index("Sigo")
    assert ejecucion.codigo == 0


def test_los_hilos_no_aceleran_el_calculo_en_python_puro(terminal: Terminal) -> None:
    """Con hilos, el reloj corre al menos lo que suman los tiempos de procesador."""
    (terminal.carpeta / "calculo.py").write_text(
        """
import time
from prefect import flow, task

@task
def calcular() -> float:
    inicio = time.thread_time()
    sum(n * n for n in range(3_000_000))
    return time.thread_time() - inicio

@flow
def comparar() -> None:
    inicio = time.perf_counter()
    futuros = [calcular.submit() for _ in range(3)]
    procesador = sum(futuro.result() for futuro in futuros)
    print("reloj/procesador:", (time.perf_counter() - inicio) / procesador)

comparar()
""",
        "utf-8",
    )

    salida = terminal.ejecutar("python calculo.py").salida

    assert float(salida.partition("reloj/procesador: ")[2].split()[0]) > 0.95


VARIOS = """
from prefect import flow, task

@task
def cargar():
    raise ValueError("destino lleno")

@task
def avisar():
    return "avisado"

@flow
def carga():
    fallida, buena = cargar.submit(), avisar.submit()
    return DEVUELTO

carga()
"""


@pytest.mark.parametrize(
    ("devuelto", "estado"),
    [
        ("(fallida, buena)", "Failed"),
        ("[buena, fallida]", "Failed"),
        ("(fallida, 5)", "Completed"),
        ('{"carga": fallida, "aviso": buena}', "Completed"),
    ],
)
def test_devolver_varios_futures_calla_el_error(
    terminal: Terminal, cliente: SyncPrefectClient, devuelto: str, estado: str
) -> None:
    programa = VARIOS.replace("DEVUELTO", devuelto)
    (terminal.carpeta / "varios.py").write_text(programa, "utf-8")
    ejecucion = terminal.ejecutar("python varios.py")
    (run,) = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(run).state.name == estado
    assert ejecucion.codigo == 0
