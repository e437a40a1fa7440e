"""Qué entra, qué se aparta y en qué estado termina: docs/recuperacion/un-archivo-malo.md.

Un solo proceso hace todas las cargas, cada una en su carpeta, y apunta cómo han ido: lo caro es
arrancar Prefect.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from consultas import cambiar, task_runs
from prefect.client.orchestration import SyncPrefectClient

from verificador import plugin

PAGINA = "recuperacion/un-archivo-malo"
BUENO = "producto,cantidad,precio\ncafetera,1,89.50\n"
MALOS = {
    "falta": ("producto,precio\ncafetera,89.50\n", "falta la columna cantidad"),
    "texto": (BUENO + "tostador,dos,239\n", "venta 2: invalid literal"),
    "vacio": ("", "no tiene ninguna venta"),
    "solo_cabecera": ("producto,cantidad,precio\n", "no tiene ninguna venta"),
    "corto": (BUENO + "tostador\n", "venta 2: int() argument"),
}
SEIS = {f"caja-{n}": BUENO for n in range(6)}
CON_TRY = """\
        try:
            buenos[ruta] = leer(ruta)
        except ValueError as error:
            malos[ruta] = str(error)
"""
SIN_TRY = "        buenos[ruta] = leer(ruta)\n"
CARGAR = """
import json, sys
from importlib import import_module
from pathlib import Path

def cargar(modulo, carpeta, por_lote):
    programa = import_module(modulo)
    programa.ENTRADA = Path(carpeta, "entrada")
    programa.CUARENTENA = Path(carpeta, "cuarentena")
    programa.ALMACEN = Path(carpeta, "cajas.db")
    estado = programa.carga_de_cajas(por_lote, return_state=True)
    run = str(estado.state_details.flow_run_id)
    return [run, estado.name, estado.type.value, estado.message]

hecho = [cargar(*carga) for carga in json.loads(sys.argv[1])]
Path("hecho.json").write_text(json.dumps(hecho))
"""


@dataclass(frozen=True)
class Carga:
    """Lo que dejó una carga."""

    carpeta: Path
    run: UUID
    nombre: str
    tipo: str
    mensaje: str

    @property
    def cajas(self) -> list[str]:
        """Los archivos que han entrado, una vez por cada venta."""
        with closing(sqlite3.connect(self.carpeta / "cajas.db")) as base:
            return [caja for (caja,) in base.execute("SELECT caja FROM ventas")]

    @property
    def apartados(self) -> dict[str, str]:
        """Lo que hay en la cuarentena."""
        en_cuarentena = (self.carpeta / "cuarentena").glob("*")
        return {ruta.name: ruta.read_text("utf-8") for ruta in en_cuarentena}


Cargas = dict[str, Carga]


@pytest.fixture(scope="module")
def cargas(pytestconfig: pytest.Config, puerto: int) -> Iterator[Cargas]:
    """Cada carga, por su nombre; la repetida es la segunda que se hace de la misma carpeta."""
    terminal = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    programa = terminal.guardar(f"{PAGINA}/cargar_cajas.py")
    sin_try = terminal.carpeta / "sin_try.py"
    sin_try.write_text(programa.read_text("utf-8"), "utf-8")
    cambiar(sin_try, CON_TRY, SIN_TRY)
    (terminal.carpeta / "cargar.py").write_text(CARGAR, "utf-8")
    malos = {nombre: texto for nombre, (texto, _) in MALOS.items()}
    pedidas = {
        "con_malos": ("cargar_cajas", 2, malos | SEIS),
        "buenos": ("cargar_cajas", 2, SEIS),
        "repetida": ("cargar_cajas", 2, None),
        "de_uno_en_uno": ("cargar_cajas", 1, SEIS),
        "de_seis_en_seis": ("cargar_cajas", 6, SEIS),
        "todos_malos": ("cargar_cajas", 2, malos),
        "vacia": ("cargar_cajas", 2, {}),
        "averiado": ("cargar_cajas", 2, malos | SEIS),
        "sin_try": ("sin_try", 2, SEIS | {"caja-2": ""}),
    }
    orden, carpetas = [], {}
    for nombre, (modulo, por_lote, archivos) in pedidas.items():
        carpeta = carpetas["buenos"] if archivos is None else terminal.base / nombre
        carpetas[nombre] = carpeta
        (carpeta / "entrada").mkdir(parents=True, exist_ok=True)
        for caja, texto in (archivos or {}).items():
            (carpeta / "entrada" / f"{caja}.csv").write_text(texto, "utf-8")
        orden.append((modulo, str(carpeta), por_lote))
    (carpetas["averiado"] / "cajas.db").write_text("esto no es una base de datos")

    ejecucion = terminal.ejecutar(f"python cargar.py '{json.dumps(orden)}'")

    assert ejecucion.codigo == 0, ejecucion.salida
    hecho = json.loads((terminal.carpeta / "hecho.json").read_text())
    yield {
        nombre: Carga(carpetas[nombre], UUID(run), *como)
        for nombre, (run, *como) in zip(pedidas, hecho, strict=True)
    }
    terminal.cerrar()


@pytest.fixture(scope="module")
def servidor(puerto: int) -> Iterator[SyncPrefectClient]:
    with SyncPrefectClient(f"http://127.0.0.1:{puerto}/api") as nuevo:
        yield nuevo


def test_cada_archivo_malo_se_aparta_con_su_motivo(cargas: Cargas) -> None:
    carga = cargas["con_malos"]
    assert sorted(carga.cajas) == [f"{caja}.csv" for caja in SEIS]
    assert len(carga.apartados) == 2 * len(MALOS)
    for nombre, (texto, motivo) in MALOS.items():
        assert carga.apartados[f"{nombre}.csv"] == texto
        assert carga.apartados[f"{nombre}.motivo.txt"].startswith(motivo)
    quedan = (carga.carpeta / "entrada").iterdir()
    assert sorted(ruta.stem for ruta in quedan) == list(SEIS)
    assert carga.mensaje == "6 cargados, 5 apartados"


def test_con_apartados_es_un_final_bueno_y_su_nombre_queda_en_el_servidor(
    cargas: Cargas, servidor: SyncPrefectClient
) -> None:
    run = servidor.read_flow_run(cargas["con_malos"].run)
    assert (run.state_name, run.state_type) == ("ConApartados", "COMPLETED")
    assert run.state.is_completed()
    assert run.state.message == "6 cargados, 5 apartados"


def test_repetir_la_carga_no_duplica_nada(cargas: Cargas) -> None:
    for nombre in ("buenos", "repetida"):
        carga = cargas[nombre]
        assert (carga.nombre, carga.mensaje) == (
            "Completed",
            "6 cargados, 0 apartados",
        )
    assert sorted(cargas["repetida"].cajas) == [f"{caja}.csv" for caja in SEIS]


def test_si_no_entra_ninguno_falla(cargas: Cargas) -> None:
    for nombre, cuenta in (
        ("todos_malos", "0 cargados, 5"),
        ("vacia", "0 cargados, 0"),
    ):
        carga = cargas[nombre]
        assert (carga.nombre, carga.tipo) == ("Failed", "FAILED")
        assert carga.mensaje == f"{cuenta} apartados"


def test_si_falla_el_almacen_no_se_aparta_nada(cargas: Cargas) -> None:
    carga = cargas["averiado"]
    assert carga.nombre == "Failed"
    assert "DatabaseError: file is not a database" in carga.mensaje
    assert not carga.apartados
    entrada = list((carga.carpeta / "entrada").iterdir())
    assert len(entrada) == len(MALOS) + len(SEIS)


def test_sin_el_try_el_malo_detiene_la_carga(cargas: Cargas) -> None:
    carga = cargas["sin_try"]
    assert carga.nombre == "Failed"
    assert sorted(carga.cajas) == ["caja-0.csv", "caja-1.csv"]
    assert not carga.apartados


def test_hay_una_task_run_por_lote(cargas: Cargas, servidor: SyncPrefectClient) -> None:
    for nombre, lotes in (("de_uno_en_uno", 6), ("buenos", 3), ("de_seis_en_seis", 1)):
        assert len(task_runs(servidor, cargas[nombre].run, lotes)) == lotes


def test_cada_task_run_cuenta_tres_estados(
    cargas: Cargas, servidor: SyncPrefectClient
) -> None:
    for tarea in task_runs(servidor, cargas["buenos"].run, 3):
        nombres = [estado.name for estado in servidor.read_task_run_states(tarea.id)]
        assert nombres == ["Pending", "Running", "Completed"]
