"""Intérprete caliente: importa Prefect una vez y se bifurca para cada programa.

Arrancar `python programa.py` en frío cuesta sobre todo importar Prefect y pandas. Este
proceso los importa una sola vez y atiende un socket: por cada petición nace un proceso
nuevo, con su memoria, sus flujos y su código de salida, que ejecuta el programa como lo
haría `python` (mismo `__main__`, mismo `__file__`, mismo final del intérprete).

Uso: python interprete.py CARPETA   (deja `CARPETA/interprete.sock` a la escucha y
termina cuando se cierra su entrada estándar).
"""

import atexit
import fcntl
import gc
import json
import multiprocessing
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:  # importarlo de verdad es lo que se hace después, y una sola vez
    from prefect.context import SettingsContext

PYTHON = sys.executable
MAX_FLUJOS = 64  # los que caben en una petición
LIBRE = 100  # a partir de este descriptor no hay ninguno en uso
SIN_LEER = os.O_WRONLY | os.O_TRUNC | os.O_APPEND | os.O_EXCL  # crea, vacía o añade
PRECARGADOS = (
    "pandas",
    "pyarrow.parquet",
    "prefect.main",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.cli",
    "prefect.runner",
    "prefect.server.api.server",
    "prefect_sqlalchemy",
)


class Peticion(NamedTuple):
    """Lo que hace falta para ejecutar una orden como si la tecleara el lector."""

    orden: list[str]
    carpeta: str
    entorno: dict[str, str]
    flujos: dict[int, int]  # el número que debe tener cada descriptor y el que tiene


def servir(carpeta: Path) -> Peticion:
    """Atiende peticiones; solo vuelve en los procesos hijos, con la suya."""
    escucha = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    escucha.bind(str(carpeta / "interprete.sock"))
    escucha.listen(64)
    print("listo", flush=True)
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # el sistema recoge a los supervisores
    while True:
        listos, _, _ = select.select([escucha, sys.stdin], [], [])
        if sys.stdin in listos:  # quien nos arrancó ya no está: nadie debe sobrevivirle
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)
            sys.exit()
        conexion, _ = escucha.accept()
        if os.fork() == 0:
            escucha.close()
            return bifurcar(conexion)
        conexion.close()


def bifurcar(conexion: socket.socket) -> Peticion:
    """Separa el programa (que vuelve con su petición) de su supervisor (que no vuelve)."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    peticion = recibir(conexion)
    hijo = os.fork()
    if hijo:
        for flujo in peticion.flujos.values():
            os.close(flujo)
        supervisar(conexion, hijo, "GUIA_SIN_REZAGADOS" in peticion.entorno)
    conexion.close()
    return peticion


def recibir(conexion: socket.socket) -> Peticion:
    """Lee los descriptores y, detrás, la petición en una línea de JSON."""
    _, recibidos, _, _ = socket.recv_fds(conexion, 1, MAX_FLUJOS)
    with conexion.makefile("rb") as lector:
        datos = json.loads(lector.readline())
    flujos = dict(zip(datos["flujos"], recibidos, strict=True))
    return Peticion(datos["orden"], datos["carpeta"], datos["entorno"], flujos)


def supervisar(conexion: socket.socket, hijo: int, sin_rezagados: bool) -> NoReturn:
    """Lleva al programa las señales del cliente y al cliente el final del programa.

    Args:
        conexion: con el cliente.
        hijo: el programa.
        sin_rezagados: si, cuando termine, se matan los procesos que haya dejado.
    """

    def matar(*_: object) -> None:
        for matar_a in (os.killpg, os.kill):  # encabeza su sesión en cuanto arranca
            with suppress(ProcessLookupError):
                matar_a(hijo, signal.SIGKILL)

    def escuchar() -> None:
        while senal := conexion.recv(1):
            with suppress(ProcessLookupError):
                os.kill(hijo, senal[0])
        matar()  # el cliente ha muerto sin despedirse

    signal.signal(signal.SIGTERM, matar)
    threading.Thread(target=escuchar, daemon=True).start()
    _, estado = os.waitpid(hijo, 0)
    if sin_rezagados:
        with suppress(ProcessLookupError):
            os.killpg(hijo, signal.SIGKILL)
    with suppress(OSError):  # si el cliente murió antes, nadie espera el código
        conexion.sendall(str(os.waitstatus_to_exitcode(estado)).encode())
    os._exit(0)


def preparar(peticion: Peticion, ejecutable: Path) -> None:
    """Convierte la copia del intérprete en el proceso que el lector habría arrancado."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    colocar(peticion.flujos)
    sys.stdin = open(0, closefd=False)
    os.chdir(peticion.carpeta)
    os.environ.clear()
    os.environ.update(peticion.entorno)
    # Los procesos que lancen Prefect y multiprocessing también nacen calientes.
    sys.executable = str(ejecutable)
    multiprocessing.set_executable(sys.executable)
    anotar_lecturas()
    releer_ajustes()


def colocar(flujos: dict[int, int]) -> None:
    """Da a cada descriptor el número que tenía para quien lanzó el programa."""
    apartados = {}
    for destino, flujo in flujos.items():
        apartados[destino] = fcntl.fcntl(flujo, fcntl.F_DUPFD_CLOEXEC, LIBRE)
        os.close(flujo)
    for destino, flujo in apartados.items():
        os.dup2(flujo, destino)
        os.close(flujo)


def anotar_lecturas() -> None:
    """Apunta los ficheros del lector que el proceso lee: la prueba de que los usa."""
    registro = os.environ.get("GUIA_LECTURAS")
    if not registro:
        return
    raiz = os.environ["GUIA_RAIZ"]
    apuntes = os.open(registro, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def al_abrir(suceso: str, argumentos: tuple) -> None:
        if suceso != "open" or not isinstance(argumentos[0], str):
            return
        if argumentos[2] & SIN_LEER:
            return
        ruta = os.path.abspath(argumentos[0])
        if ruta.startswith(raiz):
            os.write(apuntes, f"{ruta}\n".encode())

    sys.addaudithook(al_abrir)


def releer_ajustes() -> None:
    """Prefect leyó sus ajustes al importarse: hay que leer los del lector."""
    import prefect.context
    from prefect.logging.configuration import setup_logging

    heredados = prefect.context.get_settings_context()
    perfiles = Path(os.environ["PREFECT_HOME"]) / "profiles.toml"
    prefect.context.GLOBAL_SETTINGS_CONTEXT = con_ajustes(
        heredados, profiles_path=perfiles
    )
    prefect.context.refresh_global_settings_context()
    actuales = prefect.context.get_settings_context()
    if os.environ.get("GUIA_SIN_LATIDO"):
        # Cada flow espera ~1 s a su hilo de latidos; la variable de entorno no admite
        # «ninguno», así que se quita aquí. No cambia nada de lo que el lector ve.
        flows = actuales.settings.flows.model_copy(update={"heartbeat_frequency": None})
        prefect.context.GLOBAL_SETTINGS_CONTEXT = con_ajustes(actuales, flows=flows)
    if actuales.settings.logging != heredados.settings.logging:
        setup_logging()


def con_ajustes(contexto: "SettingsContext", **cambios: object) -> "SettingsContext":
    """El mismo contexto con otros ajustes, sin pagar que pydantic los valide otra vez."""
    ajustes = contexto.settings.model_copy(update=cambios)
    return type(contexto)(profile=contexto.profile, settings=ajustes)


def ejecutar(orden: list[str]) -> None:
    """Hace lo que haría `python …`, o el programa instalado con ese nombre."""
    programa, *argumentos = Path(orden[0]).name, *orden[1:]
    if not programa.startswith("python"):
        sys.argv = [programa, *argumentos]
        (entrada,) = entry_points(group="console_scripts", name=programa)
        sys.exit(getattr(import_module(entrada.module), entrada.attr)())
    elif argumentos[:1] == ["-m"]:
        sys.path.insert(0, os.getcwd())
        sys.argv = argumentos[1:]
        sys.modules.pop(argumentos[1], None)  # en un `python` nuevo no estaría
        runpy.run_module(argumentos[1], run_name="__main__", alter_sys=True)
    elif argumentos[-1:] == ["--multiprocessing-fork"]:
        sys.argv = ["-c", argumentos[-1]]
        exec(argumentos[-2], {})  # como `python -c`, pero caliente
    elif not argumentos or argumentos[0].startswith("-"):
        os.execv(PYTHON, [PYTHON, *argumentos])
    else:
        ruta = os.path.abspath(argumentos[0])
        sys.path.insert(0, os.path.dirname(ruta))
        sys.argv = argumentos
        sys.excepthook = traza_desde(ruta)
        runpy.run_path(ruta, run_name="__main__")


def traza_desde(ruta: str) -> Callable[..., None]:
    """Como `sys.excepthook`, sin los marcos de este módulo: los que `python` no tendría."""

    def imprimir(
        tipo: type[BaseException], error: BaseException, traza: TracebackType | None
    ) -> None:
        while traza and traza.tb_frame.f_code.co_filename != ruta:
            traza = traza.tb_next
        traceback.print_exception(tipo, error, traza)

    return imprimir


def terminar(orden: list[str]) -> NoReturn:
    """Ejecuta la orden y termina como `python`, sin pagar el desmontaje del intérprete.

    Se espera a los hilos y se llama a `atexit`, en ese orden, como hace CPython. Lo que se
    omite es destruir uno a uno los objetos heredados: 1,5 s que nadie ve. Es lo que hace
    `multiprocessing` en sus procesos, con las mismas funciones internas.
    """
    codigo: object = 0
    try:
        ejecutar(orden)
    except SystemExit as salida:
        codigo = salida.code
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        codigo = 128 + signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    if codigo is not None and not isinstance(codigo, int):
        print(codigo, file=sys.stderr)
        codigo = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for flujo in (sys.stdout, sys.stderr):
        flujo.flush()
    os._exit(codigo or 0)


def main() -> None:
    carpeta = Path(sys.argv[1])
    del sys.path[0]
    for modulo in PRECARGADOS:
        import_module(modulo)
    gc.collect()
    gc.freeze()  # que el recolector de cada hijo no recorra (ni copie) lo heredado
    peticion = servir(carpeta)
    preparar(peticion, carpeta / "bin" / "python")
    terminar(peticion.orden)


if __name__ == "__main__":
    main()
