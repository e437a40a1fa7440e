"""Hace pasar a una carga por las averías que le digan, cada una en una carpeta, y mira qué queda.

Uso: python muertes.py AVERIAS.json (la carpeta y los pasos de cada una). Escribe, en JSON, lo
que hay en cada carpeta después de cada paso. Importar Prefect y leer sus ajustes se paga una
vez: cada paso es un proceso que nace de este.
"""

import json
import multiprocessing
import os
import resource
import runpy
import shutil
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect.settings import (
    PREFECT_LOCAL_STORAGE_PATH,
    PREFECT_TASKS_REFRESH_CACHE,
    temporary_settings,
)

A_LA_VEZ = 3  # mientras uno espera al servidor, trabaja otro


def en_otro_proceso(hacer: Callable[[], object]) -> tuple[int, str]:
    """Espera a que acabe, y dice con qué código o por qué señal, y qué ha dicho."""
    lee, escribe = os.pipe()
    hijo = os.fork()
    if hijo:
        os.close(escribe)
        with os.fdopen(lee, encoding="utf-8", errors="replace") as dice:
            dicho = dice.read()
        return os.waitstatus_to_exitcode(os.waitpid(hijo, 0)[1]), dicho
    for flujo in (1, 2):
        os.dup2(escribe, flujo)
    codigo = 1
    try:
        hacer()
        codigo = 0
    except BaseException:
        traceback.print_exc()
    threading._shutdown()  # lo que le quede por contar al servidor
    os._exit(codigo)


def dar(paso: list) -> tuple[int, str]:
    """Un paso: ejecutar la carga, sin más o con una avería, o estropear lo que dejó."""
    que, *datos = paso

    def hacer() -> None:
        sys.path.insert(0, str(Path.cwd()))
        if que == "corta":
            cortar_lo_apuntado(*datos)
        elif que == "borra":
            Path("ventas.db").unlink()
        else:
            ejecutar_programa(que, *datos)

    return en_otro_proceso(hacer)


def ejecutar_programa(como: str, programa: str, *datos: object) -> object:
    """Un programa de la carpeta, con lo que le toque sufrir."""
    if como == "muere":
        return runpy.run_path("morir_en.py")["ejecutar"](programa, *datos)
    if como == "sin espacio":
        resource.setrlimit(resource.RLIMIT_FSIZE, (datos[0], datos[0]))
    with temporary_settings({PREFECT_TASKS_REFRESH_CACHE: como == "refresca"}):
        return runpy.run_path(programa, run_name="__main__")


def cortar_lo_apuntado(tienda: str) -> None:
    """Deja a medias el archivo en el que Prefect apuntó que esa tienda ya está cargada."""
    import carga_segura as carga

    limpias = carga.limpiar.fn(carga.extraer.fn())
    version = carga.huella(limpias[limpias["tienda"] == tienda])
    nombre = carga.clave(None, {"tienda": tienda, "version": version})
    apuntado = PREFECT_LOCAL_STORAGE_PATH.value() / nombre
    apuntado.write_bytes(apuntado.read_bytes()[:40])


def lo_que_hay() -> dict[str, object]:
    """Lo que alguien encontraría ahora en la carpeta, que queda como está."""
    archivos = [ruta for ruta in Path().iterdir() if ruta.is_file()]
    with TemporaryDirectory() as copia:
        for ruta in Path().glob("ventas.db*"):
            shutil.copy(ruta, copia)
        with closing(sqlite3.connect(f"{copia}/ventas.db")) as conexion:
            hay = conexion.execute("SELECT name FROM sqlite_master").fetchall()
            consulta = "SELECT * FROM ventas ORDER BY venta_id"
            filas = conexion.execute(consulta).fetchall() if hay else []
    return {
        "archivos": sorted(r.name for r in archivos if r.suffix != ".py"),
        "filas": filas,
        "informe": Path("informe.csv").read_text("utf-8"),
    }


def pasar(averia: tuple[str, list]) -> list[dict[str, object]]:
    """Los pasos de una, con cómo acaba cada uno y lo que deja."""
    carpeta, pasos = averia
    os.chdir(carpeta)
    vistos = []
    for paso in pasos:
        codigo, dicho = dar(paso)
        vistos.append({"codigo": codigo, "dicho": dicho, **lo_que_hay()})
    return vistos


if __name__ == "__main__":
    averias = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    with multiprocessing.get_context("fork").Pool(A_LA_VEZ) as procesos:
        vistos = procesos.map(pasar, averias.items(), chunksize=1)
    Path(sys.argv[1]).write_text(json.dumps(dict(zip(averias, vistos, strict=True))))
