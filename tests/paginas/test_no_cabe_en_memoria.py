"""Lo que se lee y lo que se cuenta por partes: docs/escala/no-cabe-en-memoria.md, sin servidor."""

import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import duckdb
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from motor.espera import esperar
from motor.rutas import SNIPPETS

AQUI = SNIPPETS / "escala" / "no-cabe-en-memoria"
DATOS = SNIPPETS / "escala" / "hilos-y-procesos"
PROGRAMAS = ("informe_entero", "informe_por_partes", "informe_con_duckdb")
FILAS = 1000
LIMITE_S = 20
Programa = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def ventas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un año pequeño, con menos ventas en un mes que en los demás."""
    with pytest.MonkeyPatch.context() as parche:
        parche.syspath_prepend(str(DATOS))
        modulo = import_module("generar_ventas")
        carpeta = tmp_path_factory.mktemp("ventas_por_mes")
        for mes in range(1, 13):
            tabla = modulo.inventar_mes(mes, FILAS if mes > 1 else FILAS // 10)
            tabla.to_parquet(carpeta / f"2025-{mes:02}.parquet", index=False)
    del sys.modules["generar_ventas"]
    return carpeta


@pytest.fixture
def programa(ventas: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Programa]:
    """Los programas de la página, que leen ese año."""
    monkeypatch.syspath_prepend(str(AQUI))

    def importar(nombre: str) -> ModuleType:
        modulo = import_module(nombre)
        monkeypatch.setattr(modulo, "VENTAS", ventas)
        return modulo

    yield importar
    for nombre in (*PROGRAMAS, "poca_memoria", "tres_formas"):
        sys.modules.pop(nombre, None)


def test_por_partes_y_con_sql_sale_lo_mismo(programa: Programa) -> None:
    entero = programa("informe_entero").sumar_entero.fn(None)
    assert len(entero) == 4
    assert all(total > 0 for total in entero.values())
    assert programa("informe_por_partes").sumar_por_partes.fn(None) == entero
    assert programa("informe_con_duckdb").sumar_con_sql.fn(None) == entero


def test_cada_lote_trae_solo_las_columnas_pedidas(
    programa: Programa, ventas: Path
) -> None:
    pedidas = programa("informe_por_partes").COLUMNAS
    enero = pq.ParquetFile(ventas / "2025-02.parquet")
    assert set(pedidas) < set(enero.schema_arrow.names)
    lotes = list(enero.iter_batches(columns=pedidas))
    assert all(set(lote.schema.names) == set(pedidas) for lote in lotes)
    assert sum(lote.num_rows for lote in lotes) == FILAS


def test_un_dataset_lee_por_adelantado_e_iter_batches_no(tmp_path: Path) -> None:
    """Con el primer lote en la mano, cuánto de la carpeta está ya en memoria."""
    tabla = pa.table({"n": range(50_000)})
    for numero in range(60):
        pq.write_table(tabla, tmp_path / f"{numero}.parquet")
    entera = tabla.nbytes * 60
    base = pa.total_allocated_bytes()

    def ocupado() -> float:
        return (pa.total_allocated_bytes() - base) / entera

    for poco in ({}, {"fragment_readahead": 1, "batch_readahead": 1}):
        lotes = ds.dataset(tmp_path, format="parquet").to_batches(**poco)
        next(lotes)
        assert esperar(lambda: ocupado() > 0.9, LIMITE_S), poco
        del lotes
        assert esperar(lambda: ocupado() < 0.1, LIMITE_S), poco
    lotes = pq.ParquetFile(tmp_path / "0.parquet").iter_batches()
    assert max(ocupado() for _ in lotes) < 0.1


def test_los_archivos_que_no_se_piden_no_se_abren(
    programa: Programa,
    ventas: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Como propone «Pruébalo tú»: los demás están rotos, y no se nota."""
    for archivo in sorted(ventas.glob("*.parquet")):
        roto = archivo.name > "2025-03.parquet"
        (tmp_path / archivo.name).write_bytes(b"" if roto else archivo.read_bytes())
    modulo = programa("informe_por_partes")
    monkeypatch.setattr(modulo, "VENTAS", tmp_path)
    with pytest.raises(pa.ArrowInvalid):
        modulo.sumar_por_partes.fn(None)

    texto = Path(modulo.__file__).read_text("utf-8")
    antes, despues = 'glob("*.parquet")', 'glob("2025-0[123].parquet")'
    assert antes in texto
    editado = {"__name__": "copia"}
    exec(texto.replace(antes, despues), editado)
    editado["VENTAS"] = tmp_path
    trimestre = sorted(ventas.glob("*.parquet"))[:3]
    esperado = modulo.por_tienda(pd.concat(map(pd.read_parquet, trimestre)))
    assert editado["sumar_por_partes"].fn(None) == esperado


def test_un_mes_en_la_consulta_es_su_archivo(programa: Programa, ventas: Path) -> None:
    modulo = programa("informe_con_duckdb")
    pedido = modulo.CONSULTA.replace("GROUP", "WHERE month(fecha) = 1 GROUP")
    assert pedido != modulo.CONSULTA
    archivos = str(ventas / "*.parquet")
    filas = duckdb.execute(pedido, {"archivos": archivos}).fetchall()
    enero = pd.read_parquet(ventas / "2025-01.parquet")
    assert dict(filas) == programa("informe_entero").por_tienda(enero)


def test_la_media_de_las_medias_no_es_la_media(ventas: Path) -> None:
    columnas = ["cantidad", "precio"]

    def importes(por_lote: int) -> list[pd.Series]:
        tablas = [
            lote.to_pandas()
            for archivo in sorted(ventas.glob("*.parquet"))
            for lote in pq.ParquetFile(archivo).iter_batches(por_lote, columns=columnas)
        ]
        return [tabla["cantidad"] * tabla["precio"] for tabla in tablas]

    lotes = importes(600)
    assert len({len(lote) for lote in lotes}) > 1
    de_todas = pd.concat(lotes).mean()
    de_las_medias = pd.Series([lote.mean() for lote in lotes]).mean()
    assert abs(de_las_medias - de_todas) > 0.01
    assert abs(de_las_medias - de_todas) < de_todas / 10
    iguales = importes(FILAS // 10)
    assert {len(lote) for lote in iguales} == {FILAS // 10}
    assert pd.Series([lote.mean() for lote in iguales]).mean() == pytest.approx(
        de_todas
    )


def test_el_ultimo_lote_de_un_archivo_tiene_menos_filas(tmp_path: Path) -> None:
    """Los de un archivo de 300 000 filas, como el de la página, con su tamaño por omisión."""
    ruta = tmp_path / "mes.parquet"
    pq.write_table(pa.table({"n": pa.array([1] * 300_000, pa.int8())}), ruta)
    *demas, ultimo = (lote.num_rows for lote in pq.ParquetFile(ruta).iter_batches())
    assert len(set(demas)) == 1
    assert ultimo < demas[0]


def test_las_tres_formas_cuentan_lo_mismo(programa: Programa, ventas: Path) -> None:
    """Y lo mismo que la definición del EAN-13, escrita aquí de otra manera."""
    modulo = programa("tres_formas")
    codigos = pd.read_parquet(ventas, columns=["codigo"])["codigo"]

    def mal(codigo: int) -> bool:
        *cifras, control = map(int, f"{codigo:013}")
        return (sum(cifras[::2]) + 3 * sum(cifras[1::2]) + control) % 10 != 0

    cuantos = sum(map(mal, codigos))
    assert 0 < cuantos < len(codigos) / 10
    assert set(modulo.comparar.fn().values()) == {cuantos}


def test_con_columnas_la_misma_cuenta_gasta_menos(
    programa: Programa, ventas: Path
) -> None:
    """Tiempo de procesador de este hilo, el menor de varias veces: la carga no lo cambia."""
    modulo = programa("tres_formas")
    codigos = pd.concat([pd.read_parquet(ventas, columns=["codigo"])["codigo"]] * 4)

    def gasto(contar: Callable[[pd.Series], int]) -> float:
        gastos = []
        for _ in range(3):
            antes = time.thread_time()
            contar(codigos)
            gastos.append(time.thread_time() - antes)
        return min(gastos)

    assert gasto(modulo.contar_con_columnas) * 5 < gasto(modulo.contar_en_python)


def test_por_omision_duckdb_cuenta_con_casi_toda_la_memoria() -> None:
    valor = "SELECT value FROM duckdb_settings() WHERE name = 'memory_limit'"
    with duckdb.connect() as base:
        cifra, unidad = base.execute(valor).fetchone()[0].split()
    limite = float(cifra) * 1024 ** ["KiB", "MiB", "GiB", "TiB"].index(unidad) * 1024
    assert psutil.virtual_memory().total / 2 < limite


def test_si_no_le_basta_duckdb_lanza_un_error() -> None:
    ajustes = {"memory_limit": "10MB", "threads": 1, "temp_directory": ""}
    with (
        duckdb.connect(config=ajustes) as base,
        pytest.raises(duckdb.OutOfMemoryException),
    ):
        base.execute("SELECT list(n ORDER BY n DESC) FROM range(3_000_000) t(n)")


def test_el_error_de_arrow_es_un_memoryerror() -> None:
    assert issubclass(pa.ArrowMemoryError, MemoryError)
