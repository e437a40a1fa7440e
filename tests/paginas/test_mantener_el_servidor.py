"""Copias, limpieza y migraciones de una base de datos: docs/produccion/mantener-el-servidor.md."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from prefect import settings
from prefect.client.orchestration import SyncPrefectClient

from motor.espera import esperar
from motor.prefect_por_dentro import (
    BASE_DE_DATOS,
    SERVIDOR_LISTO,
    TABLA_DE_MIGRACIONES,
)
from motor.puertos import puerto_libre
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = "produccion/mantener-el-servidor"
LIMITE_S = 20
ANTES, AHORA = "2020-01-01 00:00:00.000000", "caja de Puebla"
ENVEJECER = f"""
UPDATE flow_run SET end_time = '{ANTES}' WHERE name != '{AHORA}';
UPDATE events SET occurred = '{ANTES}';
UPDATE event_resources SET occurred = '{ANTES}';
"""
BORRAR = "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs "
MIGRAR = "prefect server database"
SIN_MIGRAR = "PREFECT_SERVER_DATABASE_MIGRATE_ON_START=false"
DEL_FUTURO = "ffffffffffff"


def consulta(base: Path, orden: str) -> list[tuple]:
    """Las filas que da una orden de SQL."""
    with closing(sqlite3.connect(base)) as conexion:
        return conexion.execute(orden).fetchall()


def migracion(base: Path) -> str:
    """La última que tiene una base de datos."""
    ((ultima,),) = consulta(base, f"SELECT version_num FROM {TABLA_DE_MIGRACIONES}")
    return ultima


@pytest.fixture(scope="module")
def copiada(pytestconfig: pytest.Config) -> Iterator[tuple[Terminal, Path]]:
    """Quien ha cerrado las cajas y ha hecho una copia, y la copia."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    for programa in ("cierres", "copia"):
        terminal.guardar(f"{PAGINA}/{programa}.py")
        hecho = terminal.ejecutar(f"python {programa}.py")
        assert hecho.codigo == 0, hecho.salida
    assert "Ejecuciones en la copia: 4" in hecho.salida
    (copia,) = (terminal.raiz / "data" / "output" / "copias").iterdir()
    yield terminal, copia
    terminal.cerrar()


@pytest.fixture(scope="module")
def recuperada(copiada: tuple[Terminal, Path]) -> Terminal:
    """La copia, en el lugar de la base de datos: vieja, con una migración menos y servida."""
    terminal, copia = copiada
    base = terminal.prefect / BASE_DE_DATOS
    for resto in terminal.prefect.glob(f"{BASE_DE_DATOS}*"):
        resto.unlink()
    shutil.copy(copia, base)
    with closing(sqlite3.connect(base)) as conexion:
        conexion.executescript(ENVEJECER)
    terminal.ejecutar(f"{MIGRAR} downgrade --yes")
    assert migracion(base) != migracion(copia)
    terminal.servir(f"{BORRAR}prefect server start", SERVIDOR_LISTO)
    return terminal


def test_la_copia_la_prueba_un_servidor_temporal(
    copiada: tuple[Terminal, Path],
) -> None:
    """Con la dirección de un servidor que no está, y una copia que no es como el original."""
    terminal, copia = copiada
    otra = Path(shutil.copy(copia, copia.with_name("prefect-9999.db")))
    with closing(sqlite3.connect(otra)) as conexion:
        conexion.executescript("UPDATE flow_run SET name = 'solo en la copia'")
    terminal.guardar(f"{PAGINA}/probar_copia.py")
    nadie = f"PREFECT_API_URL=http://127.0.0.1:{puerto_libre()}/api "
    hecho = terminal.ejecutar(f"{nadie}python probar_copia.py")
    otra.unlink()
    assert hecho.codigo == 0, hecho.salida
    assert hecho.salida.count("solo en la copia: Completed") == 4
    assert AHORA not in hecho.salida


def test_las_migraciones_tambien_se_hacen_a_mano(
    copiada: tuple[Terminal, Path], tmp_path: Path
) -> None:
    terminal, copia = copiada
    base = Path(shutil.copy(copia, tmp_path / BASE_DE_DATOS))
    otra = f"PREFECT_SERVER_DATABASE_CONNECTION_URL=sqlite+aiosqlite:///{base} "
    assert terminal.ejecutar(f"{otra}{MIGRAR} downgrade --yes").codigo == 0
    assert migracion(base) != migracion(copia)
    assert terminal.ejecutar(f"{otra}{MIGRAR} upgrade --yes").codigo == 0
    assert migracion(base) == migracion(copia)
    for _ in range(2):
        assert terminal.ejecutar(f"{otra}{MIGRAR} downgrade --yes").codigo == 0
    assert terminal.ejecutar(f"{otra}{MIGRAR} upgrade --yes").codigo == 0
    assert migracion(base) == migracion(copia)
    assert settings.PREFECT_SERVER_DATABASE_MIGRATE_ON_START.default()


def test_un_prefect_mas_viejo_que_su_base_de_datos_no_arranca(
    copiada: tuple[Terminal, Path], tmp_path: Path
) -> None:
    """Con una migración de la que este Prefect no sabe nada, como si otro la hubiera hecho."""
    terminal, copia = copiada
    base = Path(shutil.copy(copia, tmp_path / BASE_DE_DATOS))
    with closing(sqlite3.connect(base)) as conexion:
        conexion.executescript(
            f"UPDATE {TABLA_DE_MIGRACIONES} SET version_num = '{DEL_FUTURO}'"
        )
    otra = f"PREFECT_SERVER_DATABASE_CONNECTION_URL=sqlite+aiosqlite:///{base} "
    for orden in ("prefect server start", f"{MIGRAR} downgrade --yes"):
        hecho = terminal.ejecutar(f"{otra}{orden}")
        assert hecho.codigo != 0
        assert f"Can't locate revision identified by '{DEL_FUTURO}'" in hecho.salida
    assert migracion(base) == DEL_FUTURO


def test_sin_migrar_el_servidor_arranca_con_las_tablas_viejas(
    copiada: tuple[Terminal, Path],
) -> None:
    """El temporal de `probar_copia.py`, que es un servidor como los demás."""
    terminal, copia = copiada
    vieja = Path(shutil.copy(copia, copia.with_name("prefect-9999.db")))
    base = f"PREFECT_SERVER_DATABASE_CONNECTION_URL='sqlite+aiosqlite:///{vieja}' "
    assert terminal.ejecutar(f"{base}{MIGRAR} downgrade --yes").codigo == 0
    antes = migracion(vieja)
    terminal.guardar(f"{PAGINA}/probar_copia.py")
    hecho = terminal.ejecutar(f"{SIN_MIGRAR} python probar_copia.py")
    despues = migracion(vieja)
    migrada = terminal.ejecutar("python probar_copia.py")
    al_dia = migracion(vieja)
    for resto in vieja.parent.glob(f"{vieja.name}*"):
        resto.unlink()
    assert hecho.codigo == migrada.codigo == 0, hecho.salida + migrada.salida
    assert f"{AHORA}: Completed" in hecho.salida
    assert antes == despues != al_dia == migracion(copia)


def test_con_la_copia_en_su_sitio_el_servidor_recupera_el_historial(
    recuperada: Terminal,
) -> None:
    with SyncPrefectClient(recuperada.api) as cliente:
        assert AHORA in {run.name for run in cliente.read_flow_runs()}


def test_al_arrancar_el_servidor_pone_al_dia_sus_tablas(
    recuperada: Terminal, copiada: tuple[Terminal, Path]
) -> None:
    assert migracion(recuperada.prefect / BASE_DE_DATOS) == migracion(copiada[1])


def test_el_servidor_borra_las_ejecuciones_viejas_con_sus_logs(
    recuperada: Terminal, copiada: tuple[Terminal, Path]
) -> None:
    base, copia = recuperada.prefect / BASE_DE_DATOS, copiada[1]
    nombres = "SELECT name FROM flow_run"
    huerfanos = (
        "SELECT count(*) FROM log WHERE flow_run_id NOT IN (SELECT id FROM flow_run)"
    )

    def solo_queda_la_de_hoy() -> bool:
        return consulta(base, nombres) == [(AHORA,)] and consulta(base, huerfanos) == [
            (0,)
        ]

    assert len(consulta(copia, nombres)) == 4
    assert len(consulta(copia, "SELECT DISTINCT flow_run_id FROM log")) == 4
    assert esperar(solo_queda_la_de_hoy, LIMITE_S)


def test_el_servidor_borra_solo_los_eventos_de_hace_mas_de_siete_dias(
    recuperada: Terminal, copiada: tuple[Terminal, Path]
) -> None:
    """Los que hay son nuevos: los que cuenta el servidor al arrancar."""
    viejos = f"SELECT count(*) FROM events WHERE occurred = '{ANTES}'"
    assert consulta(copiada[1], "SELECT count(*) FROM events") != [(0,)]
    base = recuperada.prefect / BASE_DE_DATOS
    assert esperar(lambda: consulta(base, viejos) == [(0,)], LIMITE_S)
    ajuste = settings.PREFECT_SERVER_EVENTS_RETENTION_PERIOD
    assert ajuste.default() == timedelta(days=7)


def test_prefect_solo_borra_ejecuciones_si_se_lo_pides() -> None:
    assert settings.Settings().server.services.db_vacuum.enabled_vacuum_types == {
        "events"
    }


def test_la_retencion_va_en_segundos() -> None:
    with pytest.MonkeyPatch.context() as entorno:
        entorno.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD", "2592000")
        limpieza = settings.Settings().server.services.db_vacuum
    assert limpieza.retention_period == timedelta(days=30)
    assert limpieza.loop_seconds == timedelta(hours=1).total_seconds()


def test_limpiar_solo_borra_las_antiguas(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    for programa in ("cierres", "limpiar"):
        terminal.guardar(f"{PAGINA}/{programa}.py")
    hecho = terminal.ejecutar("python cierres.py\npython limpiar.py 30")
    assert "Ejecuciones borradas: 0" in hecho.salida
    assert len(cliente.read_flow_runs()) == 4
    assert "Di cuántos días guardar" in terminal.ejecutar("python limpiar.py").salida
    assert "Ejecuciones borradas: 4" in terminal.ejecutar("python limpiar.py 0").salida
    assert not cliente.read_flow_runs()
    assert esperar(lambda: not cliente.read_logs(), LIMITE_S)


def test_la_salud_de_un_servidor_apagado_es_un_error(
    pytestconfig: pytest.Config,
) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.guardar(f"{PAGINA}/salud.py")
    nadie = f"PREFECT_API_URL=http://127.0.0.1:{puerto_libre()}/api "
    hecho = terminal.ejecutar(f"{nadie}python salud.py")
    terminal.cerrar()
    assert hecho.codigo != 0
    assert "health: no contesta" in hecho.salida


def test_sin_copias_lo_dice(pytestconfig: pytest.Config) -> None:
    terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    terminal.guardar(f"{PAGINA}/probar_copia.py")
    hecho = terminal.ejecutar("python probar_copia.py")
    terminal.cerrar()
    assert hecho.codigo != 0
    assert "ejecuta antes copia.py" in hecho.salida


VERSIONES = """
import sys

import prefect
from prefect import flow

prefect.__version__ = sys.argv[1]

@flow
def version_de_cliente():
    print("he trabajado")

version_de_cliente()
"""


def test_cada_cliente_compara_su_version_con_la_del_servidor(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    """El cliente dice la versión que se le pide; el servidor, la suya de verdad."""
    (terminal.carpeta / "versiones.py").write_text(VERSIONES, "utf-8")
    mayor = int(cliente.api_version().split(".")[0])

    def trabajar(version: str) -> tuple[bool, str]:
        hecho = terminal.ejecutar(f"python versiones.py {version}")
        return "he trabajado" in hecho.salida, hecho.salida

    trabaja, dicho = trabajar(f"{mayor}.0.0")
    assert trabaja and "older version" not in dicho
    trabaja, dicho = trabajar(f"{mayor}.999.0")
    assert trabaja and "Your Prefect server is running an older version" in dicho
    for otra in (mayor - 1, mayor + 1):
        trabaja, dicho = trabajar(f"{otra}.0.0")
        assert not trabaja and "Major versions must match" in dicho
