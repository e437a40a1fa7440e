"""Dónde puede morir una carga y qué queda al repetirla: docs/recuperacion/muere-a-medias.md.

Todas las averías pasan a la vez, cada una en su carpeta: véase `muertes.py`.
"""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from consultas import cambiar
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName

from motor.rutas import DATOS, DOCS, SNIPPETS
from verificador import plugin
from verificador.terminal import Terminal

PAGINA = DOCS / "recuperacion" / "muere-a-medias.md"
PROGRAMAS = SNIPPETS / "recuperacion" / "muere-a-medias"
INGENUA, SEGURA = "carga_ingenua.py", "carga_segura.py"
INFORME_DE_AYER = "2024-12-31,Puebla,1.00\n"
MUERTA = -signal.SIGKILL
KIB = 1024
LO_QUE_QUEDA = ("filas", "informe", "archivos")
LLENO = Path("/dev/full")  # en Linux: quien escribe en él encuentra el disco lleno
Vistos = dict[str, list[dict]]


def muere(texto: str, vez: int = 1, programa: str = SEGURA) -> list:
    return ["muere", programa, texto, vez]


CARGA, INFORME = "for tienda in TIENDAS:", "    escribir_informe()"
FILA, LOTE = "conexion.execute(INSERTAR, fila)", "conexion.executemany"
# Cada fila de la tabla de la página y cómo se llega a ella. Después, se repite la carga.
AVERIAS = {
    "Antes de limpiar": [muere("limpias = limpiar(crudas)")],
    "Antes de la primera carga": [muere(CARGA)],
    "Entre la primera y la segunda": [muere(CARGA, 2)],
    "Entre la segunda y la tercera": [muere(CARGA, 3)],
    "Entre la tercera y la cuarta": [muere(CARGA, 4)],
    "Antes de escribir el informe": [muere(INFORME)],
    "Con 300 ventas de Monterrey puestas": [muere(FILA, 2374)],
    "Con Monterrey confirmada, sin apuntar": [muere("return len(filas)", 3)],
    "Mientras Prefect apunta Puebla": [muere(INFORME), ["corta", "Puebla"]],
    "Con 600 líneas del informe escritas": [muere("informe.write(", 601)],
    "Con el informe escrito, sin publicar": [muere("temporal.replace(INFORME)")],
    "Con todo hecho": [muere('print("Informe publicado")')],
    "Sin espacio, al cargar Monterrey": [["sin espacio", SEGURA, 110 * KIB]],
    "Sin espacio, al escribir el informe": [
        muere(INFORME),
        ["sin espacio", SEGURA, 20 * KIB],
    ],
}
BORRADA, SALTA, SALTA_ENTRE_DOS = "borrada", "salta", "salta entre dos"
OTRAS = {
    BORRADA: [
        ["ejecuta", SEGURA],
        ["borra"],
        ["ejecuta", SEGURA],
        ["refresca", SEGURA],
    ],
    SALTA: [muere(LOTE, 24, INGENUA), ["ejecuta", INGENUA]],
    SALTA_ENTRE_DOS: [muere(CARGA, 4, INGENUA), ["ejecuta", INGENUA]],
}
YA_ESTA = """
def ya_esta(tienda: str) -> bool:
    with closing(sqlite3.connect(BASE)) as conexion:
        conexion.execute(CREAR)
        consulta = "SELECT 1 FROM ventas WHERE tienda = ?"
        return bool(conexion.execute(consulta, [tienda]).fetchone())


@flow"""


def saltarse_las_que_ya_estan(carpeta: Path) -> None:
    """Lo que propone Luis."""
    programa = carpeta / INGENUA
    cambiar(programa, "        cargar(", "        if not ya_esta(tienda): cargar(")
    cambiar(programa, "\n@flow", YA_ESTA)


@pytest.fixture(scope="module")
def equipo(pytestconfig: pytest.Config, puerto: int) -> Iterator[Terminal]:
    nueva = pytestconfig.stash[plugin.TALLER].terminal(puerto=puerto)
    yield nueva
    nueva.cerrar()


@pytest.fixture(scope="module")
def vistos(equipo: Terminal) -> Vistos:
    """Lo que había en la carpeta de cada avería después de cada paso."""
    nombres, averias = [], {}
    for nombre, pasos in {**AVERIAS, **OTRAS}.items():
        carpeta = equipo.carpeta.parent / f"averia-{len(averias)}"
        carpeta.mkdir()
        for programa in PROGRAMAS.glob("*.py"):
            shutil.copy(programa, carpeta)
        (carpeta / "informe.csv").write_text(INFORME_DE_AYER, "utf-8")
        if nombre in (SALTA, SALTA_ENTRE_DOS):
            saltarse_las_que_ya_estan(carpeta)
        repetir = [["ejecuta", SEGURA]] if nombre in AVERIAS else []
        nombres.append(nombre)
        averias[str(carpeta)] = [*pasos, *repetir]
    archivo = equipo.carpeta / "averias.json"
    archivo.write_text(json.dumps(averias), "utf-8")
    muertes = Path(__file__).with_name("muertes.py")
    # El registro de lo que se lee no cabría en el espacio que se les deja; y el log no se mira.
    sin = "GUIA_LECTURAS= PREFECT_LOGGING_TO_API_ENABLED=false"
    hecho = equipo.ejecutar(f"{sin} python '{muertes}' {archivo.name}")
    assert hecho.codigo == 0, hecho.salida
    pasado = json.loads(archivo.read_text("utf-8")).values()
    return dict(zip(nombres, pasado, strict=True))


@pytest.fixture(scope="module")
def esperado(vistos: Vistos) -> dict:
    """Lo que deja una carga a la que no le pasa nada."""
    intacta = vistos[BORRADA][0]
    assert intacta["codigo"] == 0
    assert len(intacta["filas"]) == len(ventas())
    return intacta


def ventas() -> pd.DataFrame:
    todas = pd.read_csv(DATOS / "ventas.csv").drop_duplicates()
    return todas.dropna(subset=["precio", "cantidad"])


def perdidas_y_dobles(visto: dict) -> tuple[int, int]:
    hay = [venta for venta, *_ in visto["filas"]]
    return len(set(ventas()["venta_id"]) - set(hay)), len(hay) - len(set(hay))


@pytest.mark.parametrize("averia", AVERIAS)
def test_muera_donde_muera_al_repetir_queda_lo_mismo(
    vistos: Vistos, esperado: dict, averia: str
) -> None:
    *antes, repetida = vistos[averia]
    assert any(visto["codigo"] in (MUERTA, 1) for visto in antes)
    assert repetida["codigo"] == 0, repetida["dicho"]
    assert perdidas_y_dobles(repetida) == (0, 0)
    for parte in LO_QUE_QUEDA:
        assert repetida[parte] == esperado[parte]


def filas_de_la_tabla() -> dict[str, list[str]]:
    """Las celdas de la tabla de la página, por su primera columna."""
    texto = (PROGRAMAS / "muertes.md").read_text("utf-8")
    lineas = re.findall(r"^\| (.+) \|$", texto, re.MULTILINE)
    return {averia: celdas for averia, *celdas in (x.split(" | ") for x in lineas[1:])}


@pytest.mark.parametrize("averia", AVERIAS)
def test_la_tabla_dice_lo_que_ha_pasado(
    vistos: Vistos, esperado: dict, averia: str
) -> None:
    *antes, repetida = vistos[averia]
    *_, codigo = (visto["codigo"] for visto in antes if visto["codigo"])
    informes = {INFORME_DE_AYER: "El de ayer", esperado["informe"]: "El de hoy"}
    perdidas, dobles = perdidas_y_dobles(repetida)
    assert filas_de_la_tabla()[averia] == [
        str(len(antes[-1]["filas"])),
        informes[antes[-1]["informe"]],
        {MUERTA: "`Running`", 1: "`Failed`"}[codigo],
        f"{perdidas} / {dobles}",
    ]
    escribe = "informe escrit" in averia or "líneas" in averia or "el informe" in averia
    a_medias = "informe.tmp" in antes[-1]["archivos"]
    assert a_medias is (escribe and not averia.startswith("Antes"))


def test_la_tabla_no_dice_nada_mas() -> None:
    assert set(filas_de_la_tabla()) == set(AVERIAS)


def test_la_que_muere_se_queda_en_running(vistos: Vistos, equipo: Terminal) -> None:
    """Y la que se queda sin espacio, que vive para contarlo, en `Failed`."""
    pasos = [paso for suyos in {**AVERIAS, **OTRAS}.values() for paso in suyos]
    mueren = sum(paso[:2] == ["muere", SEGURA] for paso in pasos)
    fallan = sum(paso[0] == "sin espacio" for paso in pasos)
    suyo = FlowFilter(name=FlowFilterName(any_=["carga-segura"]))
    with SyncPrefectClient(equipo.api) as cliente:
        runs = cliente.read_flow_runs(flow_filter=suyo, limit=200)
    assert Counter(run.state_name for run in runs) == {
        "Running": mueren,
        "Failed": fallan + 1,  # la que no encuentra la tabla que se borró
        "Completed": len(AVERIAS) + 2,
    }


def test_donde_mueren_las_ordenes_de_la_pagina(vistos: Vistos) -> None:
    por_tienda = ventas()["tienda"].value_counts()
    dos = int(por_tienda["Ciudad de México"] + por_tienda["Guadalajara"])
    texto = PAGINA.read_text("utf-8")

    assert f'{INGENUA} "{LOTE}" 24\n' in texto
    cargadas = Counter(tienda for _, _, tienda, _ in vistos[SALTA][0]["filas"])
    assert cargadas.total() == dos + 200
    assert cargadas["Monterrey"] == 200

    assert f'{SEGURA} "{FILA}" 300\n' in texto
    assert f"donde dice 300, escribe {dos + 300}." in texto
    assert AVERIAS["Con 300 ventas de Monterrey puestas"] == [muere(FILA, dos + 300)]


def test_lo_que_nadie_confirmo_se_deshace_al_abrir(vistos: Vistos) -> None:
    """Queda el diario de SQLite: quien abre la base de datos lo usa, y lo borra."""
    muerta, repetida = vistos["Con 300 ventas de Monterrey puestas"]
    assert "ventas.db-journal" in muerta["archivos"]
    assert "Monterrey" not in {tienda for _, _, tienda, _ in muerta["filas"]}
    assert "ventas.db-journal" not in repetida["archivos"]


def test_saltarse_la_tienda_que_ya_tiene_ventas_pierde_las_demas(
    vistos: Vistos,
) -> None:
    """Si muere a mitad de una; entre dos, no."""
    _, repetida = vistos[SALTA]
    hay = Counter(tienda for _, _, tienda, _ in repetida["filas"])
    faltan = Counter(ventas()["tienda"].to_list()) - hay
    assert set(faltan) == {"Monterrey"}
    assert perdidas_y_dobles(repetida) == (faltan.total(), 0)
    _, entre_dos = vistos[SALTA_ENTRE_DOS]
    assert perdidas_y_dobles(entre_dos) == (0, 0)


def test_si_borras_la_base_de_datos_las_cargas_salen_de_la_cache(
    vistos: Vistos, esperado: dict
) -> None:
    _, _, de_la_cache, refrescada = vistos[BORRADA]
    assert de_la_cache["codigo"] == 1
    assert de_la_cache["filas"] == []
    assert refrescada["codigo"] == 0, refrescada["dicho"]
    assert all(refrescada[parte] == esperado[parte] for parte in LO_QUE_QUEDA)


@pytest.fixture
def segura(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """El programa de la página, importado."""
    monkeypatch.syspath_prepend(PROGRAMAS)
    import carga_segura

    yield carga_segura
    for nombre in ("carga_segura", "carga_ingenua"):
        del sys.modules[nombre]


def claves(segura: ModuleType, limpias: pd.DataFrame) -> dict[str, str]:
    """La clave de cada tienda."""
    return {
        tienda: segura.clave(None, {"tienda": tienda, "version": segura.huella(suyas)})
        for tienda, suyas in limpias.groupby("tienda")
    }


def test_si_cambia_una_tienda_solo_se_carga_esa(segura: ModuleType) -> None:
    limpias = segura.limpiar.fn(ventas())
    antes = claves(segura, limpias)
    assert len({*antes.values()}) == len(segura.TIENDAS)
    de_puebla = limpias["tienda"] == "Puebla"
    otras = limpias.assign(total=limpias["total"].where(~de_puebla, 1.0))
    despues = claves(segura, otras)
    assert {t for t in antes if antes[t] != despues[t]} == {"Puebla"}
    segura.BASE = segura.BASE.with_name("otra.db")
    assert not {*antes.values()} & {*claves(segura, limpias).values()}


def test_prefect_apunta_cada_tienda_con_su_clave(
    vistos: Vistos, equipo: Terminal, segura: ModuleType
) -> None:
    nombres = [ruta.name for ruta in (equipo.prefect / "storage").glob("carga-*")]
    apuntado = Counter(nombre.split("-")[1] for nombre in nombres)
    assert set(apuntado) == set(segura.TIENDAS)
    assert set(apuntado.values()) == {len(AVERIAS) + 1}  # una por base de datos


def test_lo_apuntado_a_medias_no_vale(vistos: Vistos, equipo: Terminal) -> None:
    """Se quedó en cuarenta bytes; después de repetir la carga, está entero."""
    *_, cortada, repetida = vistos["Mientras Prefect apunta Puebla"]
    assert (cortada["codigo"], repetida["codigo"]) == (0, 0)
    for apuntado in (equipo.prefect / "storage").glob("carga-*"):
        assert json.loads(apuntado.read_text("utf-8"))["result"]


def test_en_un_disco_lleno_python_lo_dice_de_otra_manera(tmp_path: Path) -> None:
    def error(orden: str, archivo: Path) -> str:
        programa = (
            f"from pathlib import Path; Path({str(archivo)!r}).write_text('.' * 9999)"
        )
        hecho = subprocess.run(
            ["bash", "-c", f'{orden}; "$0" -I -c "$1"', sys.executable, programa],
            capture_output=True,
            text=True,
            check=False,
        )
        return hecho.stderr.splitlines()[-1]

    def dice(error: int) -> str:
        return f"OSError: [Errno {error}] {os.strerror(error)}"

    assert os.strerror(errno.ENOSPC) == "No space left on device"
    assert os.strerror(errno.EFBIG) == "File too large"
    assert error("ulimit -f 1", tmp_path / "corto") == dice(errno.EFBIG)
    if LLENO.exists():
        assert error("true", LLENO) == dice(errno.ENOSPC)
