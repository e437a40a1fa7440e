"""Qué deshace una transacción de Prefect y qué no: docs/recuperacion/transacciones.md."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from verificador import plugin
from verificador.terminal import Terminal

# Todo en una sola ejecución: cada flow deja en `visto` lo que ha pasado, en orden.
PROGRAMA = """
import json
from prefect import flow, task
from prefect.transactions import transaction

visto = {}
pasa = []

@task
def primera():
    pasa.append("primera")

@task
def segunda():
    pasa.append("segunda")

@task
def sin_funcion():
    pasa.append("sin_funcion")

@task
def falla():
    pasa.append("falla")
    raise ValueError

@task
def rollback_roto():
    pass

for una in (primera, segunda, falla):
    una.on_rollback(lambda txn, nombre=una.name: pasa.append(f"deshace {nombre}"))
    una.on_commit(lambda txn, nombre=una.name: pasa.append(f"confirma {nombre}"))

@rollback_roto.on_rollback
def romper(txn):
    raise RuntimeError("no sé deshacerlo")

def ensayar(caso, *tasks, abrir=True, **opciones):
    @flow(name=f"ensayo-{caso}")
    def ensayo():
        if not abrir:
            for una in tasks:
                una()
            return
        with transaction(**opciones) as txn:
            pasa.append(txn.state.name)
            for una in tasks:
                una()

    pasa.clear()
    estado = ensayo(return_state=True)
    visto[caso] = [*pasa, estado.name]

ensayar("orden", primera, sin_funcion, segunda, falla)
ensayar("roto", primera, rollback_roto, falla)
ensayar("fuera", primera, falla, abrir=False)
ensayar("clave", primera, key="cierre-de-prueba")
ensayar("repetida", primera, key="cierre-de-prueba")
ensayar("repetida_y_falla", primera, falla, key="cierre-de-prueba")
ensayar("overwrite", primera, falla, key="cierre-de-prueba", overwrite=True)
print("VISTO", json.dumps(visto))
"""


@pytest.fixture(scope="module")
def ensayos(
    pytestconfig: pytest.Config, puerto: int
) -> Iterator[tuple[dict[str, list[str]], Terminal]]:
    """Lo que ha pasado en cada ensayo, y la terminal en la que se han hecho todos."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    (terminal.carpeta / "ensayos.py").write_text(PROGRAMA, "utf-8")
    hecho = terminal.ejecutar("python ensayos.py")
    assert hecho.codigo == 0, hecho.salida
    yield json.loads(hecho.salida.rpartition("VISTO")[2]), terminal
    terminal.cerrar()


@pytest.fixture
def visto(ensayos: tuple[dict[str, list[str]], Terminal]) -> dict[str, list[str]]:
    return ensayos[0]


def test_solo_se_deshace_lo_que_acabo_y_dice_como_de_la_ultima_a_la_primera(
    visto: dict[str, list[str]],
) -> None:
    assert visto["orden"] == [
        "ACTIVE",
        "primera",
        "sin_funcion",
        "segunda",
        "falla",
        "deshace segunda",
        "deshace primera",
        "Failed",
    ]


def test_un_rollback_que_falla_no_calla_a_los_demas(
    visto: dict[str, list[str]],
) -> None:
    assert visto["roto"] == ["ACTIVE", "primera", "falla", "deshace primera", "Failed"]


def test_fuera_de_una_transaccion_no_se_deshace_nada(
    visto: dict[str, list[str]],
) -> None:
    assert visto["fuera"] == ["primera", "confirma primera", "falla", "Failed"]


def test_la_clave_sola_no_se_salta_nada_y_ya_no_deshace(
    visto: dict[str, list[str]],
) -> None:
    assert visto["clave"] == ["ACTIVE", "primera", "confirma primera", "Completed"]
    assert visto["repetida"] == ["COMMITTED", "primera", "Completed"]
    assert visto["repetida_y_falla"] == ["COMMITTED", "primera", "falla", "Failed"]


def test_con_overwrite_la_transaccion_empieza_de_nuevo(
    visto: dict[str, list[str]],
) -> None:
    assert visto["overwrite"] == [
        "ACTIVE",
        "primera",
        "falla",
        "deshace primera",
        "Failed",
    ]


def test_la_clave_es_un_archivo_junto_a_los_resultados(
    ensayos: tuple[dict[str, list[str]], Terminal],
) -> None:
    _, terminal = ensayos
    guardados = [ruta.name for ruta in (terminal.prefect / "storage").iterdir()]
    assert "cierre-de-prueba" in guardados


def test_lo_que_no_esta_confirmado_no_lo_ve_nadie_mas(tmp_path: Path) -> None:
    base = tmp_path / "tienda.db"
    with (
        closing(sqlite3.connect(base)) as quien_escribe,
        closing(sqlite3.connect(base)) as quien_lee,
    ):
        quien_escribe.execute("CREATE TABLE cierres (texto)")
        quien_escribe.execute("INSERT INTO cierres VALUES ('31 de diciembre')")
        contar = "SELECT count(*) FROM cierres"
        assert quien_escribe.execute(contar).fetchone() == (1,)
        assert quien_lee.execute(contar).fetchone() == (0,)
        quien_escribe.commit()
        assert quien_lee.execute(contar).fetchone() == (1,)
