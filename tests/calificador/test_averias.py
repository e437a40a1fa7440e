"""El calificador donde no puede trabajar, o casi: nunca lo llama un fallo del ejercicio."""

import errno
import fcntl
import json
import os
import pty
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from calificador import averias, ordenes, progreso
from calificador.averias import Averia, Codigo, del_sistema
from calificador.copia import CABE_UNO, Copia
from calificador.correccion import corregir
from calificador.ejercicios import buscar
from calificador.entorno import entorno_propio
from calificador.limpieza import pedir
from calificador.rendicion import como_averia
from calificador.servicio import Servicio, cache_de_este_usuario
from motor import base
from motor.base import base_vacia, memoria_de
from motor.prefect_por_dentro import SE_BORRAN
from motor.rutas import EJERCICIOS, RAIZ

EJERCICIO = buscar("1")
SOLUCION = EJERCICIO.solucion
PROXIES = ("http_proxy", "HTTPS_PROXY", "ALL_PROXY")


def calificar(
    orden: str, carpeta: Path, **entorno: str
) -> subprocess.CompletedProcess[str]:
    """Ejecuta `calificador …` en un bash, desde una carpeta, y comprueba que no hay trazas."""
    programa = f"'{sys.executable}' '{RAIZ / 'calificador'}'"
    hecho = subprocess.run(
        ["bash", "-c", orden.replace("calificador", programa)],
        cwd=carpeta,
        env={**os.environ, **entorno},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    dicho = hecho.stdout + hecho.stderr
    assert "Traceback" not in dicho
    assert "Exception ignored" not in dicho
    return hecho


@pytest.mark.parametrize("columnas", ["0", "1", "²", "9" * 30])
def test_cualquier_anchura_vale(columnas: str, tmp_path: Path) -> None:
    for orden, codigo in (("calificador --lista", 0), ("calificador 2 --carpeta .", 1)):
        hecho = calificar(orden, tmp_path, COLUMNS=columnas, LINES="²")
        assert hecho.returncode == codigo, hecho.stderr
        assert "02-parametros" in hecho.stdout


@pytest.mark.parametrize(
    ("orden", "codigo", "dicho"),
    [
        ("calificador --lista >&-", Codigo.BIEN, ""),
        ("calificador --lista <&- >&- 2>&-", Codigo.BIEN, ""),
        ("calificador 1 --carpeta . >&- 2>&-", Codigo.FALTA, ""),
        ("calificador --nada 2>&-", Codigo.MAL_PEDIDO, ""),
        ("calificador --lista >/dev/full", Codigo.AVERIA, "No puedo escribir"),
        ("calificador --help >/dev/full", Codigo.AVERIA, "No puedo escribir"),
        ("calificador --lista >/dev/full 2>&1", Codigo.AVERIA, ""),
        ("calificador --nada >/dev/full 2>&1", Codigo.MAL_PEDIDO, ""),
        ("PYTHONINSPECT=1 calificador --lista", Codigo.BIEN, "Primer flow"),
        ("ulimit -f 0; calificador --empezar --carpeta .", Codigo.AVERIA, "«ulimit -f"),
        (
            "mkdir d; cd d; rmdir ../d; calificador 1 --carpeta .",
            Codigo.AVERIA,
            "Ya no está",
        ),
        ("calificador --lista | true; exit ${PIPESTATUS[0]}", Codigo.AVERIA, ""),
        ("ulimit -n 40; calificador 1 --carpeta .", Codigo.AVERIA, "«ulimit -n»"),
        (
            "touch f; calificador --empezar --carpeta f",
            Codigo.MAL_PEDIDO,
            "«f» no puede",
        ),
        ("touch f; calificador --empezar --carpeta f/g", Codigo.MAL_PEDIDO, "«f/g» no"),
        ("touch f; calificador 1 --carpeta f", Codigo.MAL_PEDIDO, "no es una carpeta"),
        ("calificador 1 --carpeta " + "x" * 300, Codigo.MAL_PEDIDO, "No entiendo"),
        ("calificador 3 --pista 9", Codigo.MAL_PEDIDO, "el ejercicio 3 tiene 3"),
        ("calificador 3 --pista 0", Codigo.MAL_PEDIDO, "el ejercicio 3 tiene 3"),
        (
            "mkdir d; cd d; rmdir ../d; calificador 1 --carpeta x",
            Codigo.MAL_PEDIDO,
            "«x»",
        ),
        (
            "cd /tmp; TMPDIR=/no HOME= calificador 1 --carpeta /tmp",
            Codigo.AVERIA,
            "TMPDIR",
        ),
    ],
)
def test_cada_final_tiene_su_codigo(
    orden: str, codigo: Codigo, dicho: str, tmp_path: Path
) -> None:
    hecho = calificar(orden, tmp_path)
    assert hecho.returncode == codigo, hecho.stderr
    assert dicho in hecho.stdout + hecho.stderr


@pytest.mark.parametrize("senal", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_una_senal_mientras_se_importa_tambien_interrumpe(senal: str) -> None:
    proceso = subprocess.Popen(
        [sys.executable, "-X", "importtime", RAIZ / "calificador", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Python cuenta cada módulo al terminar de importarlo: el siguiente ya está en camino.
    with proceso, proceso.stderr as importados:
        next(linea for linea in importados if "calificador.interrupciones" in linea)
        next(importados)
        proceso.send_signal(getattr(signal, senal))
        assert "Traceback" not in importados.read()
    assert proceso.returncode == Codigo.INTERRUMPIDO


def test_la_ayuda_dice_los_codigos(tmp_path: Path) -> None:
    ayuda = calificar("calificador --help", tmp_path).stdout
    for codigo in Codigo:
        assert codigo.significado in ayuda


def test_empezar_cuenta_bien_y_no_toca_lo_que_no_es_un_archivo(tmp_path: Path) -> None:
    (tmp_path / "01-primer-flow.py").mkdir()
    (tmp_path / "03-pipeline-etl.py").symlink_to("no-existe")
    os.mkfifo(tmp_path / "05-dependencias.py")
    dicho = calificar("calificador --empezar --carpeta .", tmp_path).stdout
    estaban = {"01-primer-flow.py", "03-pipeline-etl.py", "05-dependencias.py"}
    suyos = {r.name for r in EJERCICIOS.glob("*/comienzo/*")} - estaban
    assert f"{len(suyos)} archivos de partida" in dicho
    assert "resumen_ventas.py no es un ejercicio" in dicho
    assert (tmp_path / "03-pipeline-etl.py").is_symlink()
    (tmp_path / "07-cache.py").unlink()
    dicho = calificar("calificador --empezar --carpeta .", tmp_path).stdout
    assert "1 archivo de partida" in dicho


@pytest.mark.parametrize(
    "guardado", ["5", "null", '{"a": 1}', '"x"', "[[1]]", "{roto", "[" * 100_000, "\0"]
)
def test_un_progreso_danado_no_cuenta(guardado: str, tmp_path: Path) -> None:
    (tmp_path / progreso.ARCHIVO).write_text(guardado)
    assert progreso.leer(tmp_path) == set()
    assert progreso.apuntar(tmp_path, "uno", resuelto=True) == {"uno"}
    assert [ruta.name for ruta in tmp_path.iterdir()] == [progreso.ARCHIVO]


def test_un_progreso_mezclado_cuenta_lo_que_se_entiende(tmp_path: Path) -> None:
    (tmp_path / progreso.ARCHIVO).write_text(json.dumps(["uno", 5, None]))
    assert progreso.apuntar(tmp_path, "dos", resuelto=True) == {"uno", "dos"}
    (tmp_path / progreso.ARCHIVO).unlink()
    os.mkfifo(tmp_path / progreso.ARCHIVO)  # leerlo no terminaría nunca
    assert progreso.leer(tmp_path) == set()


def test_en_una_carpeta_puede_haber_de_todo(tmp_path: Path) -> None:
    origen, copia = tmp_path / "suya", Copia(tmp_path / "copia")
    (origen / "modulos").mkdir(parents=True)
    (origen / "modulos" / "ayuda.py").write_text("x = 1")
    (origen / "yo").symlink_to(".")
    (origen / "raiz").symlink_to("/")
    (origen / "fuera").symlink_to("/usr")
    (origen / "a").symlink_to("b")
    (origen / "b").symlink_to("a")
    (origen / "sin_final").symlink_to("/proc/self/environ")
    (origen / ".#01-primer-flow.py").symlink_to("ana@pc.1:1")
    (origen / "._01-primer-flow.py").write_bytes(b"\0\5\26\7\377")
    (origen / "cerrada").mkdir(mode=0)
    os.mkfifo(origen / "tubo")
    with (origen / "enorme.csv").open("wb") as archivo:
        archivo.truncate(CABE_UNO + 1)
    (origen / "venv").mkdir()
    (origen / "venv" / "pyvenv.cfg").touch()
    with socket.socket(socket.AF_UNIX) as enchufe:
        enchufe.bind(os.path.relpath(origen / "enchufe"))
        copia.copiar(origen)
    copiados = {ruta.name for ruta in copia.destino.rglob("*")}
    assert copiados == {"modulos", "ayuda.py", "sin_final"}
    assert {"a", "b", "tubo", "enchufe", "enorme.csv"} == set(copia.fuera)


def test_de_la_carpeta_de_la_copia_no_se_copia_nada(tmp_path: Path) -> None:
    (tmp_path / "programa.py").touch()
    (tmp_path / "temporal").mkdir()
    (tmp_path / "temporal" / "servidor.log").touch()
    copia = Copia(tmp_path / "temporal" / "copia")
    copia.copiar(tmp_path)
    assert [ruta.name for ruta in copia.destino.iterdir()] == ["programa.py"]


def test_los_enlaces_del_proyecto_se_siguen_sin_volver_atras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proyecto, copia = tmp_path / "proyecto", Copia(tmp_path / "copia")
    monkeypatch.setattr("calificador.copia.RAIZ", proyecto)
    (proyecto / "comun").mkdir(parents=True)
    (proyecto / "comun" / "ayuda.py").touch()
    (proyecto / "ajeno.py").touch()
    (proyecto / "suya").mkdir()
    (proyecto / "suya" / "comun").symlink_to("../comun")
    (proyecto / "suya" / "proyecto").symlink_to("..")
    copia.copiar(proyecto / "suya")
    copiados = [ruta.relative_to(copia.destino) for ruta in copia.destino.rglob("*.py")]
    assert copiados == [Path("comun", "ayuda.py")]


def test_el_entorno_del_estudiante_no_cambia_el_veredicto(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nombre in (*PROXIES, "PREFECT_PROFILE", "PYTEST_ADDOPTS", "COLUMNS"):
        monkeypatch.setenv(nombre, "mal")
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    monkeypatch.setenv("SUYA", "sí")
    propio = entorno_propio(tmp_path)
    assert propio["SUYA"] == "sí"
    assert propio["PYTHONIOENCODING"] == "utf-8"
    assert "mal" not in propio.values()


def con_otro_contenido(guardada: Path) -> None:
    guardada.write_bytes(b"basura")


def cortada(guardada: Path) -> None:
    guardada.write_bytes(guardada.read_bytes()[:20_000])


def con_un_hueco(guardada: Path) -> None:
    guardada.write_bytes(guardada.read_bytes()[:-200_000] + bytes(200_000))


def sin_migraciones(guardada: Path) -> None:
    with closing(sqlite3.connect(guardada)) as conexion, conexion:
        conexion.execute("DELETE FROM alembic_version")


def hecha_carpeta(guardada: Path) -> None:
    guardada.unlink()
    guardada.mkdir()


@pytest.mark.parametrize(
    "estropear",
    [con_otro_contenido, cortada, con_un_hueco, sin_migraciones, hecha_carpeta],
)
def test_una_base_de_datos_danada_no_se_usa(
    estropear: Callable[[Path], None], servicio: Servicio, tmp_path: Path
) -> None:
    servicio.arrancar()
    guardada = base.base_vacia(tmp_path)
    base.guardar_base(servicio.servidor.base, guardada)
    assert base.partir_de(tmp_path, tmp_path / "buena")
    estropear(guardada)
    assert not base.partir_de(tmp_path, tmp_path / "mala")
    assert not (tmp_path / "mala").exists()


@pytest.mark.parametrize(
    "numero", [errno.ENOSPC, errno.EMFILE, errno.EAGAIN, errno.EROFS]
)
def test_los_errores_del_sistema_llevan_remedio(numero: int) -> None:
    averia = del_sistema(OSError(numero, "x", "/una/ruta"))
    assert "/una/ruta" in averia.que
    assert len(averia.remedio) > 20


def test_lo_imprevisto_dice_que_el_fallo_es_del_calificador(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    averia = como_averia(KeyError("nadie lo esperaba"))
    assert "El calificador ha fallado: KeyError" in averia.que
    (detalles,) = tmp_path.rglob("averia.txt")
    assert "nadie lo esperaba" in detalles.read_text("utf-8")
    assert str(detalles) in averia.remedio
    detalles.unlink()
    detalles.mkdir()
    assert "Los detalles" not in como_averia(KeyError("otra vez")).remedio


def test_se_aparta_de_prefect_y_no_de_lo_del_estudiante(
    servicio: Servicio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suyo = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "SUYA": "1"}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {**suyo, "PREFECT_API_URL": "http://otra"})
    ordenes.aislarse(servicio)
    assert suyo.items() <= os.environ.items()
    assert os.environ["PREFECT_API_URL"] == servicio.servidor.api


@pytest.fixture
def servicio_propio(servicio: Servicio) -> Iterator[Servicio]:
    """Uno que se puede estropear, y que arranca sin volver a crear la base de datos."""
    servicio.arrancar()
    with Servicio(servicio.cache) as nuevo:
        yield nuevo


def test_si_le_quitan_el_puerto_o_el_servidor_lo_vuelve_a_intentar(
    servicio_propio: Servicio, tmp_path: Path
) -> None:
    with socket.socket() as ocupado:
        ocupado.bind(("127.0.0.1", servicio_propio.servidor.puerto))
        ocupado.listen()
        servicio_propio.arrancar()
        assert servicio_propio.servidor.puerto != ocupado.getsockname()[1]
    matar = f"import os; os.kill({servicio_propio.servidor.pid}, 9)\n1 / 0\n"
    (tmp_path / EJERCICIO.archivo).write_text(matar)
    with pytest.raises(Averia, match="ha dejado de responder"):
        corregir(EJERCICIO, tmp_path, servicio_propio)
    assert not servicio_propio.servidor.en_marcha  # la próxima vez arrancará otro


def test_un_disco_lleno_no_es_un_fallo_del_ejercicio(
    servicio: Servicio, tmp_path: Path
) -> None:
    lleno = "from pathlib import Path\nPath('/dev/full').write_text('x')\n"
    (tmp_path / EJERCICIO.archivo).write_text(lleno)
    with pytest.raises(Averia, match="No queda espacio en el disco"):
        corregir(EJERCICIO, tmp_path, servicio)


def test_un_disco_en_el_que_no_cabe_ni_el_registro(
    servicio_propio: Servicio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(averias, "MINIMO_LIBRE", 2**63)
    (servicio_propio.prefect / "servidor.log").touch()
    with pytest.raises(Averia, match="No queda espacio en el disco"):
        servicio_propio.exigir()


def test_nada_de_un_ejercicio_llega_al_siguiente(
    servicio: Servicio, tmp_path: Path
) -> None:
    programa = """
from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, WorkPoolCreate
from prefect.variables import Variable


@flow
def f():
    Variable.set("v", "1")
    Secret(value="x").save("s")
    create_markdown_artifact("hola", key="a")
    with get_client(sync_client=True) as cliente:
        cliente.create_work_pool(WorkPoolCreate(name="w"))
        cliente.create_global_concurrency_limit(
            GlobalConcurrencyLimitCreate(name="g", limit=1)
        )


f()
"""
    (tmp_path / EJERCICIO.archivo).write_text(programa)
    corregir(EJERCICIO, tmp_path, servicio)
    hay = {que for que in SE_BORRAN if pedir(servicio.servidor.cliente, que)}
    assert {"flows", "variables", "artifacts", "work_pools", "block_documents"} <= hay
    servicio.estrenar()
    assert not any(pedir(servicio.servidor.cliente, que) for que in SE_BORRAN)


def test_en_otra_casa_con_todo_en_contra(servicio: Servicio, tmp_path: Path) -> None:
    """Una ruta larga, con espacios y acentos; proxies y ajustes de Prefect que no valen."""
    casa = tmp_path / ("mi guía " + "larga" * 20) / ("y más " + "larga" * 20)
    servicio.arrancar()  # para no volver a crear la base de datos
    cache = casa / "t" / cache_de_este_usuario().name
    cache.mkdir(parents=True, mode=0o700)
    guardada = base_vacia(servicio.cache)
    for guardado in (guardada, memoria_de(guardada)):
        shutil.copy(guardado, cache)
    (casa / ".venv").symlink_to(sys.prefix)
    (casa / "prefect.toml").write_text("roto [[[")
    (casa / ".env").write_text("PREFECT_LOGGING_LEVEL=NADA\n")
    (casa / ".prefect").mkdir()
    (casa / ".prefect" / "profiles.toml").write_text("roto [[[")
    (casa / "entrega").mkdir()
    shutil.copy(SOLUCION, casa / "entrega")
    hecho = subprocess.run(
        [".venv/bin/python", RAIZ / "calificador", "1", "--carpeta", "entrega"],
        cwd=casa,
        env={
            "HOME": str(casa),
            "TMPDIR": str(casa / "t"),
            "PREFECT_PROFILE": "no-existe",
            "PREFECT_LOGGING_SETTINGS_PATH": "/no/existe.yml",
            "COLUMNS": "1",
            **dict.fromkeys(PROXIES, "http://127.0.0.1:9"),
        },
        capture_output=True,
        text=True,
    )
    assert hecho.returncode == Codigo.BIEN, hecho.stdout + hecho.stderr
    assert "✓ El saludo está en el log" in hecho.stdout
    assert not list((casa / "t").glob("guia-????????"))


def test_en_una_terminal_contesta_enseguida_y_devuelve_el_cursor(
    tmp_path: Path,
) -> None:
    shutil.copy(SOLUCION, tmp_path)
    maestro, esclavo = pty.openpty()
    proceso = subprocess.Popen(
        [sys.executable, RAIZ / "calificador", "1", "--carpeta", tmp_path],
        stdin=esclavo,
        stdout=esclavo,
        stderr=esclavo,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(esclavo)
    visto = b""
    while b"Arranco un servidor" not in visto:
        visto += os.read(maestro, 1000)
    os.write(maestro, b"\x03\x03")  # Ctrl+C, dos veces
    with suppress(OSError):  # así dice una terminal que se ha cerrado
        while leido := os.read(maestro, 1000):
            visto += leido
    os.close(maestro)
    assert proceso.wait(10) == Codigo.INTERRUMPIDO
    assert "Deteniendo…".encode() in visto
    assert visto.rfind(b"\x1b[?25h") > visto.rfind(b"\x1b[?25l")
    assert b"Traceback" not in visto


def test_en_json_se_dice_lo_mismo_y_nada_mas(tmp_path: Path) -> None:
    shutil.copy(SOLUCION, tmp_path)
    hecho = calificar("calificador 1 --json --carpeta .", tmp_path)
    assert hecho.returncode == Codigo.BIEN, hecho.stderr
    (uno,) = json.loads(hecho.stdout)
    assert (uno["ejercicio"], uno["aprobado"], uno["tropiezo"]) == (
        "01-primer-flow",
        True,
        None,
    )
    dicho = calificar("calificador 1 --carpeta .", tmp_path).stdout
    assert [f"✓ {punto['que']}" in dicho for punto in uno["puntos"]] == [True] * len(
        uno["puntos"]
    )

    (tmp_path / "01-primer-flow.py").write_text("1/0\n", "utf-8")
    hecho = calificar("calificador 1 --json --carpeta .", tmp_path)
    assert hecho.returncode == Codigo.FALTA
    (uno,) = json.loads(hecho.stdout)
    assert "ZeroDivisionError" in uno["tropiezo"]["consejo"]
