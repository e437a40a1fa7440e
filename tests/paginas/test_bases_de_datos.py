"""Lo que «Bases de datos» afirma y su salida no demuestra, con un PostgreSQL de verdad."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pandas as pd
import psutil
import pytest
import sqlalchemy
from consultas import cambiar
from prefect.client.orchestration import SyncPrefectClient
from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector, SyncDriver
from sqlalchemy import text

from verificador import plugin, salidas
from verificador.terminal import Terminal

BASES = "guias/bases-de-datos"
LIMITE_S = 30
ESCRITURA = (
    '        ventas.to_sql("ventas", conexion, if_exists="replace", index=False)\n'
)


@pytest.fixture(scope="module")
def tienda(pytestconfig: pytest.Config, puerto: int) -> Iterator[Terminal]:
    """El PostgreSQL de prácticas en marcha, con la conexión guardada y las ventas cargadas."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    for nombre in ("postgres_local", "guardar_conexion", "cargar_ventas"):
        terminal.guardar(f"{BASES}/{nombre}.py")
    terminal.servir("python postgres_local.py", "PostgreSQL listo")
    for orden in ("guardar_conexion", "cargar_ventas"):
        assert terminal.ejecutar(f"python {orden}.py").codigo == 0
    yield terminal
    terminal.cerrar()


@pytest.fixture
def conector(tmp_path: Path) -> Iterator[SqlAlchemyConnector]:
    """Una base de datos SQLite vacía."""
    partes = ConnectionComponents(
        driver=SyncDriver.SQLITE_PYSQLITE, database=str(tmp_path / "tienda.db")
    )
    with SqlAlchemyConnector(connection_info=partes) as nuevo:
        yield nuevo


def informe(tienda: Terminal, llamada: str = "ventas_de_tienda()") -> list[str]:
    """La tabla que imprime el informe: las líneas que no empiezan por la hora."""
    programa = tienda.guardar(f"{BASES}/consultar_ventas.py")
    cambiar(programa, "    ventas_de_tienda()\n", f"    {llamada}\n")
    hecho = tienda.ejecutar("python consultar_ventas.py")
    assert hecho.codigo == 0, hecho.salida
    return sin_log(hecho.salida)


def sin_log(salida: str) -> list[str]:
    """Lo que imprime un programa y no pasa por el log."""
    lineas = salidas.publicable(salida).splitlines()
    return [linea for linea in lineas if " | " not in linea]


def test_la_api_tapa_la_contrasena_dada_por_partes_y_no_la_de_una_url(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    programa = terminal.guardar(f"{BASES}/clave_a_la_vista.py")
    marca = uuid4().hex[:8]
    texto = programa.read_text("utf-8")
    for variable in ("con_url", "por_partes"):
        nombre = f"{variable.replace('_', '-')}-{marca}"
        texto += f'    {variable}.save("{nombre}")\n'
    programa.write_text(texto, "utf-8")
    assert terminal.ejecutar("python clave_a_la_vista.py").codigo == 0

    def guardado(nombre: str) -> str:
        return str(
            cliente.read_block_document_by_name(
                f"{nombre}-{marca}", "sqlalchemy-connector", include_secrets=False
            ).data
        )

    assert "secreta" in guardado("con-url")
    assert "secreta" not in guardado("por-partes")
    assert "***" in guardado("por-partes")


def test_postgresql_deshace_una_escritura_a_medias(tienda: Terminal) -> None:
    antes = informe(tienda)
    assert len(antes) == 6
    cargar = tienda.guardar(f"{BASES}/cargar_ventas.py")
    cambiar(
        cargar,
        ESCRITURA,
        ESCRITURA.replace("ventas.to_sql", "ventas.head(1).to_sql")
        + '        raise RuntimeError("se va la luz")\n',
    )
    assert tienda.ejecutar("python cargar_ventas.py").codigo != 0
    assert informe(tienda) == antes


def test_replace_deja_las_mismas_filas_cada_vez(tienda: Terminal) -> None:
    antes = informe(tienda)
    tienda.guardar(f"{BASES}/cargar_ventas.py")
    assert tienda.ejecutar("python cargar_ventas.py").codigo == 0
    assert informe(tienda) == antes


def test_una_tienda_que_no_existe_da_una_tabla_vacia(tienda: Terminal) -> None:
    assert len(informe(tienda, 'ventas_de_tienda("Puebla")')) == 6
    assert "Empty DataFrame" in informe(tienda, 'ventas_de_tienda("Lima")')


def test_un_nombre_con_comillas_no_rompe_la_consulta(tienda: Terminal) -> None:
    antes = informe(tienda)
    nombre = "x'; DROP TABLE ventas; --"
    assert "Empty DataFrame" in informe(tienda, f'ventas_de_tienda("{nombre}")')
    assert informe(tienda) == antes


def test_sin_begin_false_se_lee_lo_mismo(tienda: Terminal) -> None:
    antes = informe(tienda)
    programa = tienda.guardar(f"{BASES}/consultar_ventas.py")
    cambiar(programa, "begin=False", "")
    salida = tienda.ejecutar("python consultar_ventas.py").salida
    assert sin_log(salida) == antes


@pytest.mark.parametrize("senal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_postgresql_se_borra_muera_como_muera(
    pytestconfig: pytest.Config, tmp_path: Path, senal: signal.Signals
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    programa = terminal.guardar(f"{BASES}/postgres_local.py")
    direccion = terminal.raiz / "data" / "output" / "postgres.url"
    proceso = subprocess.Popen(
        [sys.executable, programa],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "PostgreSQL listo" in proceso.stdout.readline()
        if os.name == "posix":
            assert stat.S_IMODE(direccion.stat().st_mode) == 0o600
        proceso.send_signal(senal)
        resto, _ = proceso.communicate(timeout=LIMITE_S)
    finally:
        proceso.kill()
        terminal.cerrar()
    assert resto == "PostgreSQL parado y borrado\n"
    assert not direccion.exists()
    assert not list(tmp_path.glob("postgres-*"))
    assert not [p for p in psutil.process_iter() if str(tmp_path) in " ".join(orden(p))]


def orden(proceso: psutil.Process) -> list[str]:
    try:
        return proceso.cmdline()
    except psutil.Error:
        return []


def test_con_begin_false_lo_escrito_con_execute_se_pierde(
    conector: SqlAlchemyConnector,
) -> None:
    una_fila = pd.DataFrame({"tienda": ["Puebla"]})
    with conector.get_connection() as conexion:
        una_fila.to_sql("ventas", conexion, index=False)
    with conector.get_connection(begin=False) as conexion:
        conexion.execute(text("INSERT INTO ventas VALUES ('Lima')"))
        assert conexion.in_transaction()
    with conector.get_connection(begin=False) as conexion:
        assert conexion.execute(text("SELECT * FROM ventas")).scalars().all() == [
            "Puebla"
        ]


@pytest.mark.parametrize(
    ("antes", "quedan"), [(None, ["Puebla", "Lima"]), ("SELECT 1", ["Puebla"])]
)
def test_con_begin_false_to_sql_unas_veces_se_confirma_y_otras_no(
    conector: SqlAlchemyConnector, antes: str | None, quedan: list[str]
) -> None:
    """Pandas abre y confirma su propia transacción solo si no había ninguna abierta."""
    with conector.get_connection() as conexion:
        pd.DataFrame({"tienda": ["Puebla"]}).to_sql("ventas", conexion, index=False)
    with conector.get_connection(begin=False) as conexion:
        if antes:
            pd.read_sql(text(antes), conexion)
        otra = pd.DataFrame({"tienda": ["Lima"]})
        otra.to_sql("ventas", conexion, index=False, if_exists="append")
    with conector.get_connection() as conexion:
        assert pd.read_sql("ventas", conexion)["tienda"].tolist() == quedan


def test_replace_se_lleva_claves_e_indices(conector: SqlAlchemyConnector) -> None:
    def claves() -> list[str]:
        motor = sqlalchemy.inspect(conector.get_engine())
        indices = [i["name"] for i in motor.get_indexes("ventas")]
        return [*motor.get_pk_constraint("ventas")["constrained_columns"], *indices]

    with conector.get_connection() as conexion:
        conexion.execute(
            text("CREATE TABLE ventas (venta_id INTEGER PRIMARY KEY, n INT)")
        )
        conexion.execute(text("CREATE INDEX por_n ON ventas (n)"))
    assert claves() == ["venta_id", "por_n"]
    with conector.get_connection() as conexion:
        filas = pd.DataFrame({"venta_id": [1], "n": [2]})
        filas.to_sql("ventas", conexion, if_exists="replace", index=False)
    assert claves() == []


def test_el_conector_consulta_sin_pandas_y_da_su_engine(
    conector: SqlAlchemyConnector,
) -> None:
    conector.execute("CREATE TABLE ventas (tienda TEXT)")
    conector.execute("INSERT INTO ventas VALUES (:t)", parameters={"t": "Puebla"})
    assert conector.fetch_all("SELECT * FROM ventas") == [("Puebla",)]
    assert isinstance(conector.get_engine(), sqlalchemy.Engine)


def test_sqlite_crea_el_archivo_y_no_la_carpeta(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "tienda.db").close()
    assert (tmp_path / "tienda.db").exists()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        sqlite3.connect(tmp_path / "output" / "tienda.db")
