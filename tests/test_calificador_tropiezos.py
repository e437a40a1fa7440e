"""El calificador ante lo inesperado: se explica a tiempo, no deja nada y no toca nada."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from calificador import ordenes, progreso
from calificador.correccion import Correccion, corregir
from calificador.ejercicios import RAIZ, SNIPPETS, EjercicioDesconocido, buscar
from calificador.practica import Practica
from calificador.servicio import Servicio
from verificador.terminal import Lectura

EJERCICIO = buscar("3")
SOLUCION = (SNIPPETS / EJERCICIO.nombre / EJERCICIO.archivo).read_bytes()
FLOW = b"from prefect import flow\n\n\n@flow\ndef f():\n    %s\n\n\nf()\n"
Corregir = Callable[[bytes | None], Correccion]


@pytest.fixture
def corregir_esto(
    tmp_path: Path, servicio: Servicio, monkeypatch: pytest.MonkeyPatch
) -> Corregir:
    """Corrige un archivo con ese contenido; comprueba que no queda rastro de él."""

    def corregir_contenido(contenido: bytes | None) -> Correccion:
        monkeypatch.setattr(Practica, "limite_s", 8)
        if contenido is not None:
            (tmp_path / EJERCICIO.archivo).write_bytes(contenido)
        antes = {ruta: ruta.read_bytes() for ruta in tmp_path.rglob("*")}
        servicio.arrancar()
        vivos = procesos(servicio)
        correccion = corregir(EJERCICIO, tmp_path, servicio)
        assert {ruta: ruta.read_bytes() for ruta in tmp_path.rglob("*")} == antes
        assert vivos
        assert procesos(servicio) <= vivos
        return correccion

    return corregir_contenido


def procesos(servicio: Servicio) -> set[int]:
    """Los procesos vivos que heredaron el entorno del servicio, también los huérfanos."""
    propios = set()
    for proceso in psutil.process_iter():
        with suppress(psutil.Error):
            casa = proceso.environ().get("PREFECT_HOME")
            if casa == servicio.entorno["PREFECT_HOME"]:
                propios.add(proceso.pid)
    return propios


@pytest.mark.parametrize(
    ("contenido", "explicacion"),
    [
        (None, "No encuentro «03-dependencias.py» Créalo en 05_pipelines/"),
        (b"", "está vacío"),
        (b"\n# solo un comentario\n", "está vacío"),
        (b"def f(:\n    pass\n", "no entiende «03-dependencias.py» en la línea 1"),
        (b"x = 'caf\xe9'\n", "no entiende «03-dependencias.py»"),
        (b"x = 1\x00\n", "«03-dependencias.py»"),
        (FLOW % b"while True: pass", "no termina: he esperado 8 segundos"),
        (FLOW % b"input('Nombre: ')", "pide datos por el teclado"),
        (b"import no_existe\n", "con un error, en la línea 1 ModuleNotFoundError"),
        (b"1 / 0\n", "en la línea 1 ZeroDivisionError"),
        (FLOW % b"raise KeyError('tienda')", "en la línea 6 KeyError"),
        (b"import sys\nsys.exit(3)\n", "termina con un error"),
        (b"print('hola')\n", "termina sin ejecutar ningún flow"),
        (b"from prefect import flow\n\n\n@flow\ndef f():\n    pass\n", "sin ejecutar"),
        (
            SOLUCION.replace(b'DATOS / "output"', b'Path("salida")'),
            "Está en 05_pipelines/ejercicios/prefect/salida/",
        ),
    ],
)
def test_cada_tropiezo_se_explica(
    corregir_esto: Corregir, contenido: bytes | None, explicacion: str
) -> None:
    correccion = corregir_esto(contenido)
    assert not correccion.aprobado
    dicho = f"{correccion.tropiezo.que} {correccion.tropiezo.consejo}"
    assert explicacion in dicho


@pytest.mark.parametrize(
    "contenido",
    [
        SOLUCION.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + SOLUCION,
    ],
    ids=["finales de Windows", "BOM"],
)
def test_otras_formas_de_guardar_tambien_valen(
    corregir_esto: Corregir, contenido: bytes
) -> None:
    assert corregir_esto(contenido).aprobado


def test_un_nombre_parecido_se_sugiere(tmp_path: Path, servicio: Servicio) -> None:
    (tmp_path / "03-dependéncias.py").write_bytes(SOLUCION)
    correccion = corregir(EJERCICIO, tmp_path, servicio)
    assert "Hay un «03-dependéncias.py»" in correccion.tropiezo.consejo


@pytest.mark.parametrize("salida", [b"", b", stdout=-3, stderr=-3"])
def test_lo_que_deja_en_marcha_se_detiene(
    corregir_esto: Corregir, salida: bytes
) -> None:
    """Un programa que termina y deja otro vivo: la fixture comprueba que no queda."""
    dejar = b"import subprocess as s; s.Popen(['sleep', '60']%s)" % salida
    corregir_esto(FLOW % dejar)


def test_el_progreso_se_guarda_y_se_pierde_si_deja_de_funcionar(tmp_path: Path) -> None:
    assert progreso.leer(tmp_path) == set()
    assert progreso.apuntar(tmp_path, "uno", resuelto=True) == {"uno"}
    progreso.apuntar(tmp_path, "dos", resuelto=True)
    assert progreso.leer(tmp_path) == {"uno", "dos"}
    assert progreso.apuntar(tmp_path, "uno", resuelto=False) == {"dos"}
    (tmp_path / progreso.ARCHIVO).write_text("{roto", "utf-8")
    assert progreso.leer(tmp_path) == set()


@pytest.mark.parametrize("pedido", ["3", "03", "03-dependencias", "03-dependencias.py"])
def test_un_ejercicio_se_pide_de_varias_formas(pedido: str) -> None:
    assert buscar(pedido) == EJERCICIO


def test_un_ejercicio_que_no_existe_sugiere_el_parecido() -> None:
    with pytest.raises(EjercicioDesconocido, match="Querías decir 03-dependencias"):
        buscar("dependencia")


@pytest.mark.parametrize(
    ("argumentos", "codigo", "texto"),
    [
        (["99"], 2, "No hay ningún ejercicio «99»"),
        (["--lista"], 0, "03-dependencias.py"),
        (["3", "--pista", "1"], 0, "Pista 1"),
        (["--empezar"], 0, "archivos de partida"),
    ],
)
def test_las_ordenes_sin_servidor(
    argumentos: list[str],
    codigo: int,
    texto: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ordenes.main([*argumentos, "--carpeta", str(tmp_path)]) == codigo
    assert texto in capsys.readouterr().out


def test_empezar_no_pisa_lo_que_ya_hay(tmp_path: Path) -> None:
    (tmp_path / EJERCICIO.archivo).write_bytes(b"# mi trabajo\n")
    ordenes.main(["--empezar", "--carpeta", str(tmp_path)])
    assert (tmp_path / EJERCICIO.archivo).read_bytes() == b"# mi trabajo\n"


def test_vigilar_corrige_al_guardar_y_no_deja_nada(tmp_path: Path) -> None:
    archivo = tmp_path / EJERCICIO.archivo
    archivo.write_bytes(EJERCICIO.comienzo.read_bytes())
    proceso = subprocess.Popen(
        [sys.executable, RAIZ / "calificador", "3", "--vigilar", "--carpeta", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    hijos = psutil.Process(proceso.pid)
    try:
        lectura = Lectura(proceso.stdout)
        assert lectura.esperar("Vigilando tu carpeta", 90), lectura.texto
        assert "✗ Hay tres tasks que leen" in lectura.texto
        arrancados = hijos.children(recursive=True)
        archivo.write_bytes(SOLUCION)
        assert lectura.esperar("✓ El margen de cada ciudad es correcto", 60), (
            lectura.texto
        )
        proceso.send_signal(signal.SIGINT)
        assert proceso.wait(60) == 0
    finally:
        proceso.kill()
    _, vivos = psutil.wait_procs(arrancados, timeout=10)
    assert not vivos
