"""Una clase entera: cada estudiante recibe lo suyo, haga lo que haga el de al lado."""

import csv
import json
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psutil
import pytest
from bs4 import BeautifulSoup
from rich.console import Console

from calificador import ordenes
from calificador.averias import Codigo
from calificador.clase import acta, entregas
from calificador.clase.acta import MEMORIA, PAGINA, TABLA, Acta
from calificador.clase.entregas import EntregaRota, abierta, carpeta_de_ejercicios
from calificador.clase.notas import Aula, Nota, Resultado
from calificador.clase.orden import corregir_clase, de_cada_uno
from calificador.ejercicios import buscar
from calificador.practica import Practica
from calificador.servicio import Servicio
from motor.rutas import CARPETA

LINUX = sys.platform == "linux"  # macOS no respeta ese límite

UNO = buscar("1")
SIN_FIN = "import time\n\nwhile True:\n    time.sleep(1)\n"
QUE_MATA = """import os
from contextlib import suppress

import psutil

puerto = int(os.environ["PREFECT_API_URL"].split(":")[2].split("/")[0])
for proceso in psutil.process_iter():
    with suppress(psutil.Error):
        for conexion in proceso.net_connections():
            if conexion.status == "LISTEN" and conexion.laddr.port == puerto:
                proceso.kill()
"""
ENTREGADO = {
    "ana": UNO.solucion.read_text("utf-8"),
    "beto": SIN_FIN,
    "carla": QUE_MATA,
    "dani": UNO.comienzo.read_text("utf-8") + "\n",
    "eva": "1/0\n",
    "fabio": "",
    "felipe": "x = []\nwhile True:\n    x.append(bytearray(10**8))\n",
    "gael": UNO.solucion.read_text("utf-8"),
}


@pytest.fixture
def clase(tmp_path: Path) -> Path:
    """Una clase con de todo."""
    clase = tmp_path / "3.º de datos"
    for quien, programa in ENTREGADO.items():
        (clase / quien).mkdir(parents=True)
        (clase / quien / UNO.archivo).write_text(programa, "utf-8")
    (clase / "hugo").mkdir()
    (clase / "iris.zip").write_bytes(b"roto")
    (clase / "apuntes.txt").write_text("No es de nadie.", "utf-8")
    shutil.make_archive(str(clase / "julia"), "zip", clase / "ana")
    return clase


def corregir(clase: Path, abiertos: list[Servicio] | None = None) -> Codigo:
    """Corrige el ejercicio 1 de una clase, en silencio."""
    al_abrir = (abiertos if abiertos is not None else []).append
    return corregir_clase(Console(quiet=True), clase, [UNO], al_abrir)


def filas(clase: Path) -> dict[str, dict[str, str]]:
    """La tabla, por estudiante."""
    texto = (clase / TABLA).read_text("utf-8-sig")
    return {fila["estudiante"]: fila for fila in csv.DictReader(StringIO(texto))}


@pytest.fixture
def con_prisa(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Practica, "limite_s", 15)  # holgado: otros usan el equipo


def test_ninguno_estorba_a_los_demas(clase: Path, con_prisa: None) -> None:
    antes = {r: r.read_bytes() for r in clase.rglob("*") if r.is_file()}
    abiertos: list[Servicio] = []

    assert corregir(clase, abiertos) == Codigo.FALTA

    notas = filas(clase)
    assert {quien: fila["resultado"] for quien, fila in notas.items()} == {
        **{"ana": "bien", "beto": "falta", "carla": "sin corregir"},
        **{"dani": "sin empezar", "eva": "falta", "fabio": "falta", "gael": "bien"},
        **{
            "felipe": "falta",
            "hugo": "sin entregar",
            "iris": "sin corregir",
            "julia": "bien",
        },
    }
    assert "no termina" in notas["beto"]["falta"]
    assert "ZeroDivisionError" in notas["eva"]["consejo"]
    assert "está vacío" in notas["fabio"]["falta"]
    assert "MemoryError" in notas["felipe"]["consejo"] or not LINUX
    assert "«iris.zip»" in notas["iris"]["falta"]
    assert {r: r.read_bytes() for r in antes} == antes  # de nadie se toca nada
    assert len(abiertos) == 3  # el primero y los dos que carla estropeó
    for servicio in abiertos:
        assert not servicio.carpeta.exists()
    assert not [p for p in psutil.process_iter() if usa(p, abiertos)]


def usa(proceso: psutil.Process, servicios: list[Servicio]) -> bool:
    """Si un proceso es de alguno de esos servicios."""
    try:
        entorno = proceso.environ()
    except psutil.Error:
        return False
    carpetas = [str(servicio.carpeta) for servicio in servicios]
    return any(c in entorno.get("PREFECT_HOME", "") for c in carpetas)


def test_la_pagina_dice_lo_mismo_que_la_tabla(clase: Path, con_prisa: None) -> None:
    for quien in ("beto", "carla", "felipe"):
        shutil.rmtree(clase / quien)
    corregir(clase)
    sopa = BeautifulSoup((clase / PAGINA).read_text("utf-8"), "html.parser")
    vista = {
        fila.th.get_text(): [celda["title"] for celda in fila.select("td[title]")]
        for fila in sopa.select("tbody tr")
    }
    notas = filas(clase)
    assert vista == {quien: [fila["resultado"]] for quien, fila in notas.items()}
    bien = [fila["resultado"] for fila in notas.values()].count("bien")
    assert sopa.tfoot.td.get_text() == str(bien) == "3"
    for quien in ("eva", "fabio"):
        assert notas[quien]["falta"] in sopa.get_text()
    assert "$" not in sopa.get_text()


def test_solo_se_repite_lo_que_ha_cambiado(
    clase: Path, con_prisa: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for quien in ("beto", "carla", "felipe"):
        shutil.rmtree(clase / quien)
    corregir(clase)
    primera = filas(clase)
    repetidos = []
    monkeypatch.setattr(
        Aula,
        "corregir",
        lambda self, ejercicio, carpeta: repetidos.append(carpeta.name) or 1 / 0,
    )

    assert corregir(clase) == Codigo.FALTA
    assert filas(clase) == primera
    assert not repetidos

    (clase / "gael" / UNO.archivo).write_text("print('otra cosa')\n", "utf-8")
    with pytest.raises(ZeroDivisionError):
        corregir(clase)
    assert repetidos == ["gael"]

    monkeypatch.setattr(acta, "version", lambda: "otro calificador")
    with pytest.raises(ZeroDivisionError):
        corregir(clase)
    assert repetidos == ["gael", "ana"]


def test_si_se_interrumpe_sigue_por_donde_iba(
    clase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vistos = []

    def interrumpir(self: Aula, ejercicio: object, carpeta: Path) -> None:
        vistos.append(carpeta.name)
        raise KeyboardInterrupt

    shutil.rmtree(clase / "beto")
    shutil.rmtree(clase / "carla")
    for quien in ("ana", "gael"):
        (clase / quien / UNO.archivo).write_text("print('hola')\n", "utf-8")
    shutil.copy(UNO.comienzo, clase / "ana")  # no hay que ejecutarlo: ya se sabe
    monkeypatch.setattr(Aula, "corregir", interrumpir)
    with pytest.raises(KeyboardInterrupt):
        corregir(clase)

    assert vistos == ["eva"]
    guardado = json.loads((clase / MEMORIA).read_text("utf-8"))
    assert set(guardado["estudiantes"]) == {"ana", "dani"}
    assert set(filas(clase)) == {"ana", "dani"}


@pytest.mark.parametrize(
    ("archivos", "esperada"),
    [
        ([UNO.archivo], "."),
        ([f"tareas/{UNO.archivo}"], "tareas"),
        ([f"a/{UNO.archivo}", f"b/{UNO.archivo}", "b/03-pipeline-etl.py"], "b"),
        (
            [
                f"guia/{CARPETA}/{UNO.archivo}",
                f"guia/snippets/ejercicios/x/{UNO.archivo}",
            ],
            f"guia/{CARPETA}",
        ),
        ([f".oculta/{UNO.archivo}"], "."),
        (["otra/cosa.py"], "."),
    ],
)
def test_los_ejercicios_se_encuentran_esten_donde_esten(
    archivos: list[str], esperada: str, tmp_path: Path
) -> None:
    for archivo in archivos:
        (tmp_path / archivo).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / archivo).touch()
    assert carpeta_de_ejercicios(tmp_path) == tmp_path / esperada


@pytest.fixture
def comprimidos(tmp_path: Path) -> Iterator[Path]:
    """Una carpeta con archivos comprimidos que quieren salirse de ella."""
    carpeta = tmp_path / "clase"
    carpeta.mkdir()
    with zipfile.ZipFile(carpeta / "zip.zip", "w") as uno:
        uno.writestr("../fuera.py", "")
        uno.writestr(UNO.archivo, "")
    with tarfile.open(carpeta / "tar.tar.gz", "w:gz") as otro:
        otro.addfile(tarfile.TarInfo("../fuera.py"))
    yield carpeta
    assert not [*tmp_path.glob("**/fuera.py")]


def test_nada_sale_de_donde_se_abre(comprimidos: Path) -> None:
    with abierta(comprimidos / "zip.zip") as carpeta:
        assert [ruta.name for ruta in carpeta.iterdir()] == [UNO.archivo]
    assert not carpeta.exists()
    with pytest.raises(EntregaRota), abierta(comprimidos / "tar.tar.gz"):
        pass


@pytest.mark.parametrize("formato", ["zip", "gztar"])
def test_lo_que_no_cabe_no_se_abre(
    formato: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dentro").mkdir()
    (tmp_path / "dentro" / "ceros").write_bytes(bytes(2_000))
    hecho = shutil.make_archive(str(tmp_path / "e"), formato, tmp_path / "dentro")
    with abierta(Path(hecho)) as carpeta:
        assert (carpeta / "ceros").stat().st_size == 2_000
    monkeypatch.setattr(entregas, "CABE", 1_999)
    with pytest.raises(EntregaRota, match="trae más"), abierta(Path(hecho)):
        pass


@pytest.mark.parametrize(
    "tocada",
    [
        "",
        "[]",
        '{"calificador": "X"}',
        '{"calificador": "X", "estudiantes": []}',
        '{"calificador": "X", "estudiantes": {"ana": 1}}',
        '{"calificador": "X", "estudiantes": {"ana": {"notas": {"01-primer-flow": 2}}}}',
    ],
)
def test_una_memoria_que_no_se_entiende_no_cuenta(tocada: str, tmp_path: Path) -> None:
    texto = tocada.replace("X", acta.version())
    (tmp_path / MEMORIA).write_text(texto, "utf-8")
    leida = Acta(tmp_path)
    assert leida.nota("ana", "h", UNO.nombre) is None
    leida.apuntar("ana", "h", UNO.nombre, Nota(Resultado.BIEN))
    assert Acta(tmp_path).nota("ana", "h", UNO.nombre) == Nota(Resultado.BIEN)
    assert Acta(tmp_path).nota("ana", "otra", UNO.nombre) is None


def test_dos_entregas_con_el_mismo_nombre_no_se_confunden() -> None:
    todas = [Path("clase/ana.zip"), Path("clase/ana.tar.gz"), Path("clase/beto.zip")]
    assert list(de_cada_uno(todas)) == ["ana.zip", "ana.tar.gz", "beto"]


def test_una_hoja_de_calculo_no_ejecuta_nada() -> None:
    nota = Nota(Resultado.FALTA, "=1+1", "@x", "tutorial/flow-y-task#flow", 1.5)
    texto = acta.tabla([UNO], {"+ana": {UNO.nombre: nota}})
    assert texto.splitlines()[1] == (
        "'+ana,1,01-primer-flow.py,falta,'=1+1,'@x,tutorial/flow-y-task#flow,1.5"
    )


def test_lo_que_escribe_un_estudiante_no_es_html() -> None:
    nota = Nota(Resultado.FALTA, "<script>1</script>", "<b>", "", 1)
    texto = acta.pagina("<i>", [UNO], {"<u>": {UNO.nombre: nota}})
    assert not {"<script>", "<u>", "<i>"} & set(texto.split())
    assert "&lt;script&gt;1&lt;/script&gt;" in texto


def test_una_clase_sin_nadie_se_dice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "leeme.txt").touch()
    for carpeta in (tmp_path, tmp_path / "no-esta"):
        assert ordenes.main(["--clase", str(carpeta)]) == Codigo.MAL_PEDIDO
        assert "no hay nadie" in capsys.readouterr().out
