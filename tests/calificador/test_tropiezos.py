"""El calificador ante lo inesperado: se explica a tiempo, no deja nada y no toca nada."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from calificador import errores, ordenes, progreso
from calificador.averias import Codigo
from calificador.conocidos import CONOCIDOS
from calificador.correccion import corregir
from calificador.ejercicios import EjercicioDesconocido, buscar
from calificador.practica import Practica
from calificador.servicio import Servicio, cache_de_este_usuario
from calificador.veredicto import Correccion
from motor.base import base_vacia, memoria_de
from motor.espera import esperar
from motor.rutas import DOCS, RAIZ
from verificador.terminal import Lectura

EJERCICIO = buscar("5")
SOLUCION = EJERCICIO.solucion.read_bytes()
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
        servicio.arrancar()  # para saber qué procesos son suyos
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
        (None, "No encuentro «05-dependencias.py» Créalo en tu carpeta"),
        (b"", "está vacío"),
        (b"\n# solo un comentario\n", "está vacío"),
        (b"def f(:\n    pass\n", "no entiende «05-dependencias.py» en la línea 1"),
        (b"x = 'caf\xe9'\n", "no entiende «05-dependencias.py»"),
        (rb"x = '\d'" + b"\n", "sin ejecutar ningún flow"),
        (b"x = 1\x00\n", "«05-dependencias.py»"),
        (FLOW % b"while True: pass", "no termina: he esperado 8 segundos"),
        (FLOW % b"while True: print('otra vez')", "imprime sin parar"),
        (FLOW % b"input('Nombre: ')", "pide datos por el teclado"),
        (FLOW % b"breakpoint()", "se para en un breakpoint()"),
        (
            FLOW.replace(b"def", b"async def") % b"pass",
            "En la línea 9 llamas a una función",
        ),
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
    ("error", "pagina"),
    [
        ("FileNotFoundError: [Errno 2] No such file", "tutorial/primer-flow#rutas"),
        ("ValueError: Unable to find block document", "guias/bases-de-datos#errores"),
        ("ParameterTypeError: Flow run", "tutorial/flow-y-task#parametros"),
        ("ValidationError: 1 for IntervalSchedule", "tutorial/programacion#errores"),
        ('ValueError: Invalid cron string: "8:00"', "tutorial/programacion#cron"),
        ("ValidationError: Invalid timezone: Madrid", "produccion/horarios#errores"),
        (
            "ValueError: Either an image or remote storage location must be provided",
            "produccion/horarios#varios",
        ),
        ("ValueError: Could not find work pool 'x'", "tutorial/work-pools#deploy"),
        ("ZeroDivisionError: division by zero", "guias/pedir-ayuda"),
    ],
)
def test_un_error_comun_lleva_a_la_pagina_que_lo_explica(
    error: str, pagina: str
) -> None:
    assert errores.explicar(errores.ultimo_error(f"Traceback\n{error}\n"))[1] == pagina


def test_las_paginas_de_los_errores_comunes_existen() -> None:
    for _, _, pagina in CONOCIDOS:
        nombre, _, ancla = pagina.partition("#")
        assert f"{{ #{ancla} }}" in (DOCS / f"{nombre}.md").read_text("utf-8"), pagina


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


def test_un_enlace_roto_en_la_carpeta_no_estorba(
    tmp_path: Path, servicio: Servicio
) -> None:
    (tmp_path / "notas.txt").symlink_to("ya-no-esta.txt")
    (tmp_path / EJERCICIO.archivo).write_bytes(SOLUCION)
    assert corregir(EJERCICIO, tmp_path, servicio).aprobado


def test_lo_que_se_ve_sin_ejecutar_no_espera_al_servidor(tmp_path: Path) -> None:
    with Servicio() as apagado:
        assert "No encuentro" in corregir(EJERCICIO, tmp_path, apagado).tropiezo.que
        assert not apagado.servidor.en_marcha


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
    (tmp_path / progreso.ARCHIVO).unlink()
    (tmp_path / progreso.ARCHIVO).mkdir()  # no se puede escribir
    assert progreso.apuntar(tmp_path, "uno", resuelto=True) == {"uno"}


@pytest.mark.parametrize("pedido", ["5", "05", "05-dependencias", "05-dependencias.py"])
def test_un_ejercicio_se_pide_de_varias_formas(pedido: str) -> None:
    assert buscar(pedido) == EJERCICIO


def test_un_ejercicio_que_no_existe_sugiere_el_parecido() -> None:
    with pytest.raises(EjercicioDesconocido, match="Querías decir 05-dependencias"):
        buscar("dependencia")


@pytest.mark.parametrize(
    ("argumentos", "codigo", "texto"),
    [
        (["99"], 2, "No hay ningún ejercicio «99»"),
        (["--lista"], 0, "05-dependencias.py"),
        (["3", "--pista", "1"], 0, "Pista 1"),
        (["3", "--pista"], 0, "Hay 2 más: --pista 2"),
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


def test_si_la_carpeta_no_esta_se_dice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ordenes.main(["--carpeta", str(tmp_path / "otra")]) == 2
    assert "No encuentro la carpeta" in capsys.readouterr().out


def test_empezar_no_pisa_lo_que_ya_hay(tmp_path: Path) -> None:
    (tmp_path / EJERCICIO.archivo).write_bytes(b"# mi trabajo\n")
    (tmp_path / "03-pipeline-etl.py").write_bytes(b"\n")
    ordenes.main(["--empezar", "--carpeta", str(tmp_path)])
    assert (tmp_path / EJERCICIO.archivo).read_bytes() == b"# mi trabajo\n"
    assert b"@flow" in (tmp_path / "03-pipeline-etl.py").read_bytes()


def test_empezar_avisa_de_un_archivo_que_no_es_el_suyo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No lo pisa; del suyo, aunque tenga otros finales de línea, no dice nada."""
    suya = buscar("16").comienzo.with_name("central.py")
    casos = (
        (b"# la de otra pagina\n", True),
        (suya.read_bytes().replace(b"\n", b"\r\n"), False),
    )
    for contenido, avisa in casos:
        (tmp_path / "central.py").write_bytes(contenido)
        ordenes.main(["--empezar", "--carpeta", str(tmp_path)])
        dicho = "Tu central.py no es el que usa el ejercicio 16"
        assert (dicho in capsys.readouterr().out) is avisa
        assert (tmp_path / "central.py").read_bytes() == contenido


def test_empezar_dice_de_que_ejercicio_es_cada_archivo_auxiliar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ordenes.main(["--empezar", "--carpeta", str(tmp_path)])
    dicho = capsys.readouterr().out
    for nombre, numero in (("medida.py", 13), ("central.py", 16)):
        assert f"{nombre} no es un ejercicio: lo usa el {numero}." in dicho
    assert "no lo he tocado" not in dicho


@pytest.fixture
def temporal(servicio: Servicio) -> Iterator[Path]:
    """Una carpeta temporal para él solo, con la base de datos vacía que ya se creó."""
    servicio.arrancar()
    nueva = Path(tempfile.mkdtemp())
    cache = nueva / cache_de_este_usuario().name
    cache.mkdir(mode=0o700)
    guardada = base_vacia(servicio.cache)
    for guardado in (guardada, memoria_de(guardada)):
        shutil.copy(guardado, cache)
    yield nueva
    # Lo último lo borra el guardián.
    esperar(lambda: set(nueva.iterdir()) <= {cache}, 20)
    shutil.rmtree(nueva)


@pytest.fixture
def vigilante(
    tmp_path: Path, temporal: Path, servicio: Servicio
) -> Iterator[subprocess.Popen]:
    """El calificador vigilando el ejercicio 5, sin empezar, y ya a la espera de cambios."""
    shutil.copy(EJERCICIO.comienzo, tmp_path)
    proceso = subprocess.Popen(
        [
            servicio.python,
            RAIZ / "calificador",
            "5",
            "--vigilar",
            "--carpeta",
            tmp_path,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**servicio.entorno, "TMPDIR": str(temporal)},
    )
    proceso.lectura = Lectura(os.dup(proceso.stdout.fileno()))
    proceso.stdout.close()
    try:
        assert proceso.lectura.esperar("Vigilando", 90), proceso.lectura.texto
        yield proceso
    finally:
        proceso.kill()
        proceso.wait()


def test_vigilar_corrige_lo_que_se_guarda_tambien_mientras_corrige(
    vigilante: subprocess.Popen, tmp_path: Path
) -> None:
    lectura, archivo = vigilante.lectura, tmp_path / EJERCICIO.archivo
    assert "✗ Hay tres tasks que leen" in lectura.texto
    (tmp_path / f".#{EJERCICIO.archivo}").symlink_to("ana@pc.1:1")  # lo deja Emacs
    (tmp_path / "otro.py").write_text("x = 1\n")
    time.sleep(3 * ordenes.MIRADA_S)
    assert "A las" not in lectura.texto
    archivo.write_bytes(SOLUCION)
    assert lectura.esperar("✓ Hay tres tasks que leen", 60), lectura.texto
    archivo.write_bytes(SOLUCION + b"1 / 0\n")
    assert lectura.esperar("ZeroDivisionError", 60), lectura.texto
    assert "✓ El margen de cada ciudad es correcto" in lectura.texto
    (tmp_path / "reglas").mkdir()
    archivo.write_bytes(SOLUCION + b"import reglas.precios\n")
    assert lectura.esperar("ModuleNotFoundError", 60), lectura.texto
    veces = lectura.texto.count("A las")
    (tmp_path / "reglas/notas.py").write_text("x = 1\n")
    time.sleep(3 * ordenes.MIRADA_S)
    assert lectura.texto.count("A las") == veces
    (tmp_path / "reglas/precios.py").write_text("raise LookupError('el mío')\n")
    assert lectura.esperar("LookupError: el mío", 60), lectura.texto


def restos(servicio: Servicio, temporal: Path) -> set[int | Path]:
    """Los procesos y las carpetas temporales que hay."""
    return procesos(servicio) | set(temporal.glob("guia-????????"))


@pytest.mark.parametrize(
    "senal", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL], ids=lambda s: s.name
)
def test_al_detenerlo_no_queda_nada(
    servicio: Servicio,
    temporal: Path,
    request: pytest.FixtureRequest,
    senal: signal.Signals,
) -> None:
    antes = procesos(servicio)
    vigilante = request.getfixturevalue("vigilante")
    assert len(procesos(servicio) - antes) >= 3  # él, su servidor y su intérprete
    vigilante.send_signal(senal)
    assert senal == signal.SIGKILL or vigilante.lectura.esperar("Deteniendo…", 2)
    for _ in range(3):  # quien tiene prisa insiste
        vigilante.send_signal(senal)
    codigo = vigilante.wait(10)
    assert codigo == (-signal.SIGKILL if senal == signal.SIGKILL else 0)
    assert esperar(lambda: restos(servicio, temporal) <= antes, 10)
    assert "Traceback" not in vigilante.lectura.texto


def test_una_terminal_sin_todas_las_letras_tambien_vale(tmp_path: Path) -> None:
    progreso.apuntar(tmp_path, EJERCICIO.nombre, resuelto=True)
    for orden, dicho in ((["--lista"], "BIEN:  5"), (["1"], "FALTA: No encuentro «01")):
        resultado = subprocess.run(
            [sys.executable, RAIZ / "calificador", *orden, "--carpeta", tmp_path],
            env={**os.environ, "PYTHONIOENCODING": "cp1252"},
            capture_output=True,
            encoding="cp1252",
        )
        assert dicho in resultado.stdout, resultado.stderr


def test_sin_el_entorno_virtual_se_dice() -> None:
    orden = [sys.executable, "-S", RAIZ / "calificador"]  # -S: sin paquetes instalados
    resultado = subprocess.run(orden, capture_output=True, text=True)
    assert resultado.returncode == Codigo.AVERIA
    assert "¿Has activado el entorno virtual?" in resultado.stderr
    assert "Traceback" not in resultado.stderr


@pytest.mark.parametrize("mal", [["--nose"], ["3", "4"], ["3", "--pista", "dos"]])
def test_lo_que_no_se_entiende_se_dice_en_espanol(
    mal: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["calificador", *mal])
    assert ordenes.main() == Codigo.MAL_PEDIDO
    dicho = capsys.readouterr().err
    assert f"No entiendo «{' '.join(mal)}»" in dicho
    assert "Uso: calificador" in dicho


def test_reiniciar_devuelve_el_de_partida_y_guarda_el_tuyo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    suyo = tmp_path / EJERCICIO.archivo
    suyo.write_bytes(b"# mi trabajo\n")
    assert ordenes.main(["5", "--reiniciar", "--carpeta", str(tmp_path)]) == 0
    dicho = capsys.readouterr().out
    assert suyo.read_bytes() == EJERCICIO.comienzo.read_bytes()
    (copia,) = (r for r in tmp_path.iterdir() if r != suyo)
    assert copia.read_bytes() == b"# mi trabajo\n"
    assert copia.name in dicho


@pytest.mark.parametrize(
    ("argumentos", "dicho"),
    [
        (["--reiniciar"], "Di qué ejercicio"),
        (["3", "--reiniciar"], "No encuentro"),
        (["3", "--json", "--vigilar"], "no puede vigilar"),
        (["3", "--json", "--dibujo"], "no dibuja ni compara"),
        (["3", "--json", "--solucion"], "no dibuja ni compara"),
        (["--solucion"], "Di qué ejercicio: por ejemplo, 3 --solucion"),
    ],
)
def test_lo_que_no_se_puede_pedir_se_explica(
    argumentos: list[str],
    dicho: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    orden = [*argumentos, "--carpeta", str(tmp_path)]
    assert ordenes.main(orden) == Codigo.MAL_PEDIDO
    assert dicho in capsys.readouterr().out
    assert not [*tmp_path.iterdir()]
