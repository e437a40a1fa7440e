"""Intérprete caliente: importa Prefect una vez y se bifurca para cada programa.

Arrancar `python programa.py` en frío cuesta sobre todo importar Prefect y pandas. Este
proceso los importa una sola vez y atiende un socket: por cada petición nace un proceso
nuevo, con su memoria, sus flujos y su código de salida, que ejecuta el programa como lo
haría `python` (mismo `__main__`, mismo `__file__`, mismo final del intérprete).

Uso: python interprete.py CARPETA   (deja `CARPETA/interprete.sock` a la escucha y
termina cuando se cierra su entrada estándar).
"""

import atexit
import builtins
import fcntl
import gc
import json
import multiprocessing
import os
import resource
import runpy
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import BuiltinImporter, SourceFileLoader
from importlib.metadata import entry_points
from io import IOBase, open_code
from pathlib import Path
from types import ModuleType, TracebackType
from typing import NamedTuple, NoReturn

import precarga

MAX_FLUJOS = 64  # los que caben en una petición
# Desde Python 3.13, las trazas de `python -c` enseñan su texto: que lo ejecute él.
SIN_FUENTE = sys.version_info < (3, 13)
LIBRE = 100  # a partir de este descriptor no hay ninguno en uso
SIN_LEER = os.O_WRONLY | os.O_TRUNC | os.O_APPEND | os.O_EXCL  # crea, vacía o añade


class Peticion(NamedTuple):
    """Lo que hace falta para ejecutar una orden como si la tecleara el lector."""

    orden: list[str]
    carpeta: str
    entorno: dict[str, str]
    mascara: int  # la de los permisos de los archivos nuevos (umask)
    limites: list[list[int]]  # los del proceso (ulimit): recurso, blando y duro
    flujos: dict[int, int]  # el número que debe tener cada descriptor y el que tiene


def servir(carpeta: Path) -> Peticion:
    """Atiende peticiones; solo vuelve en los procesos hijos, con la suya."""
    os.chdir(carpeta)  # la ruta de un enchufe no puede pasar de unos 100 caracteres
    escucha = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    escucha.bind("interprete.sock")
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
    datos["flujos"] = dict(zip(datos["flujos"], recibidos, strict=True))
    return Peticion(**datos)


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


def preparar(peticion: Peticion, programas: Path) -> None:
    """Convierte la copia del intérprete en el proceso que el lector habría arrancado.

    Args:
        peticion: lo que se va a ejecutar, y dónde.
        programas: la carpeta de los programas calientes.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    colocar(peticion.flujos)
    os.chdir(peticion.carpeta)
    os.umask(peticion.mascara)
    for recurso, *limites in peticion.limites:
        resource.setrlimit(recurso, tuple(limites))
    if (impiden := no_se_puede_imitar(peticion)) is not None:
        anotar_lecturas(peticion.entorno, impiden)
        ejecutar_en_frio(peticion)
    os.environ.clear()
    os.environ.update(peticion.entorno)
    time.tzset()  # la zona horaria se lee una vez por proceso
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # si no, los azares serían siempre los mismos
    abrir_flujos(peticion.flujos)
    # Los procesos que lancen Prefect y multiprocessing también nacen calientes.
    sys.executable = str(programas / "python")
    sys.orig_argv = ["python", *peticion.orden[1:]]
    multiprocessing.set_executable(sys.executable)
    anotar_lecturas(peticion.entorno)


def abrir_flujos(flujos: dict[int, int]) -> None:
    """La entrada es nueva; las salidas valen, si quien lo lanza no las cerró."""
    sys.stdin = None
    if 0 in flujos:
        sys.stdin = open(0, encoding="utf-8", closefd=False)
        sys.stdin.buffer.raw.name = "<stdin>"
    if 1 not in flujos:
        sys.stdout = None
    if 2 not in flujos:
        sys.stderr = None


def no_se_puede_imitar(peticion: Peticion) -> list[str] | None:
    """Por qué este programa tiene que nacer de cero: los archivos que lo impiden, o nada.

    Son los que taparían a un módulo ya importado; o el propio programa, si su entorno pide
    otro arranque de Python.
    """
    programa, argumentos = peticion.orden[0], peticion.orden[1:]
    es_archivo = Path(programa).name == "python" and argumentos
    if not es_archivo or argumentos[0].startswith("-"):
        busca_en = "."
    else:
        ruta = os.path.realpath(argumentos[0])
        busca_en = ruta if os.path.isdir(ruta) else os.path.dirname(ruta)
    tapando = precarga.tapados(busca_en) if os.path.isdir(busca_en) else []
    if tapando or precarga.otro_arranque(peticion.entorno):
        return [*tapando, *argumentos[:1]]
    return None


def ejecutar_en_frio(peticion: Peticion) -> NoReturn:
    """Deja paso al programa de verdad."""
    programa = Path(precarga.PYTHON).with_name(Path(peticion.orden[0]).name)
    os.execve(programa, [str(programa), *peticion.orden[1:]], peticion.entorno)


def colocar(flujos: dict[int, int]) -> None:
    """Da a cada descriptor el número que tenía para quien lanzó el programa."""
    apartados = {}
    for destino, flujo in flujos.items():
        apartados[destino] = fcntl.fcntl(flujo, fcntl.F_DUPFD_CLOEXEC, LIBRE)
        os.close(flujo)
    for destino in range(3):  # los que quien lo lanza cerró tampoco los tiene
        with suppress(OSError):
            os.close(destino)
    for destino, flujo in apartados.items():
        os.dup2(flujo, destino)
        os.close(flujo)


def anotar_lecturas(entorno: dict[str, str], ya_leidos: Sequence[str] = ()) -> None:
    """Apunta los archivos del lector que el proceso lee: la prueba de que los usa.

    Args:
        entorno: dice dónde se apuntan y de qué carpeta.
        ya_leidos: los que se sabe que leerá, si el proceso va a dejar de ser este.
    """
    registro = entorno.get("GUIA_LECTURAS")
    if not registro:
        return
    raiz = entorno["GUIA_RAIZ"]
    apuntes = os.open(registro, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def al_abrir(suceso: str, argumentos: tuple) -> None:
        if suceso != "open" or not isinstance(argumentos[0], str):
            return
        if argumentos[2] & SIN_LEER:
            return
        ruta = os.path.abspath(argumentos[0])
        if ruta.startswith(raiz):
            os.write(apuntes, f"{ruta}\n".encode())

    for ruta in ya_leidos:
        al_abrir("open", (ruta, "r", os.O_RDONLY))
    sys.addaudithook(al_abrir)


def ejecutar(orden: list[str], precargado: precarga.Precargado) -> None:
    """Hace lo que haría `python …`, o el programa instalado con ese nombre."""
    programa, *argumentos = Path(orden[0]).name, *orden[1:]
    principal = sys.modules["__main__"] = ModuleType("__main__")
    if not programa.startswith("python"):
        sys.argv = [str(Path(precarga.PYTHON).with_name(programa)), *argumentos]
        (entrada,) = entry_points(group="console_scripts", name=programa)
        sys.exit(getattr(import_module(entrada.module), entrada.attr)())
    elif argumentos[:1] == ["-m"] and argumentos[1:]:
        sys.path.insert(0, os.getcwd())
        sys.argv = ["-m", *argumentos[2:]]
        precargado.olvidar(argumentos[1])
        runpy._run_module_as_main(argumentos[1])  # lo mismo que llama `python -m`
    elif argumentos[:1] == ["-c"] and argumentos[1:] and SIN_FUENTE:
        sys.path.insert(0, "")
        sys.argv = ["-c", *argumentos[2:]]
        ejecutar_texto(argumentos[1], principal)
    elif argumentos[-1:] == ["--multiprocessing-fork"]:
        sys.argv = ["-c", argumentos[-1]]
        exec(argumentos[-2], {})  # como `python -c`, pero caliente
    elif not argumentos or argumentos[0].startswith("-"):
        os.execv(precarga.PYTHON, [precarga.PYTHON, *argumentos])
    else:
        sys.argv = argumentos
        ejecutar_archivo(argumentos[0], principal)


def ejecutar_texto(texto: str, principal: ModuleType) -> None:
    """Como `python -c texto`."""
    principal.__loader__ = BuiltinImporter
    principal.__annotations__ = {}
    principal.__builtins__ = builtins
    try:
        programa = compile(texto, "<string>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):  # que lo explique él
        os.execv(precarga.PYTHON, [precarga.PYTHON, *sys.orig_argv[1:]])
    exec(programa, principal.__dict__)


def ejecutar_archivo(nombre: str, principal: ModuleType) -> None:
    """Como `python nombre`, que puede ser un archivo o una carpeta con `__main__.py`."""
    ruta = os.path.join(os.getcwd(), nombre)  # sin simplificarla, como Python
    if os.path.isdir(ruta):
        sys.path.insert(0, ruta)
        ruta = os.path.join(ruta, "__main__.py")
        principal.__package__ = ""
        if not os.path.exists(ruta):  # que lo explique él
            os.execv(precarga.PYTHON, [precarga.PYTHON, nombre])
    else:
        sys.path.insert(0, os.path.dirname(os.path.realpath(ruta)))
    principal.__file__ = ruta
    principal.__loader__ = SourceFileLoader("__main__", ruta)
    principal.__cached__ = None
    principal.__annotations__ = {}
    principal.__builtins__ = builtins
    try:
        with open_code(ruta) as archivo:
            programa = compile(archivo.read(), ruta, "exec", dont_inherit=True)
    except OSError as error:
        fallo = f"[Errno {error.errno}] {error.strerror}"
        print(f"python: can't open file {ruta!r}: {fallo}", file=sys.stderr)
        sys.exit(2)
    except (SyntaxError, ValueError):
        # Que lo explique él; o que lo ejecute, si es un zip.
        os.execv(precarga.PYTHON, [precarga.PYTHON, *sys.argv])
    exec(programa, principal.__dict__)


def quejarse(error: BaseException) -> None:
    """Como `python` ante un error que nadie atiende."""
    sys.excepthook(type(error), error, sin_lo_nuestro(error))


def quejarse_al_cerrar(error: BaseException) -> None:
    """Como `python` ante un error mientras espera a los hilos: lo dice y sigue cerrando.

    Si no se atendiera, al terminar Python volvería a esperar a los mismos hilos; uno al que
    nadie ha podido decir que termine, como el de los eventos de Prefect, no terminaría nunca.
    Fuente de los textos: wait_for_thread_shutdown, en Python/pylifecycle.c de CPython.
    """
    dicho = (None, threading)
    if sys.version_info >= (3, 13):
        dicho = ("Exception ignored on threading shutdown", None)
    datos = (type(error), error, sin_lo_nuestro(error), *dicho)
    sys.unraisablehook(clase_de_error_ignorado()(datos))


def clase_de_error_ignorado() -> type:
    """La de lo que recibe `sys.unraisablehook`, que no tiene nombre: se le ve a uno."""

    class Roto:
        def __del__(self) -> None:
            raise RuntimeError

    vistos: list[object] = []
    sys.unraisablehook, suyo = vistos.append, sys.unraisablehook
    try:
        Roto()
    finally:
        sys.unraisablehook = suyo
    return type(vistos[0])


def sin_lo_nuestro(error: BaseException) -> TracebackType | None:
    """La traza de un error, sin los marcos de este módulo, que `python` no tendría."""
    traza = error.__traceback__
    while traza and traza.tb_frame.f_globals is globals():
        traza = traza.tb_next
    error.__traceback__ = traza
    return traza


def terminar(orden: list[str], precargado: precarga.Precargado) -> NoReturn:
    """Ejecuta la orden y termina como `python`, sin pagar el desmontaje del intérprete.

    Se espera a los hilos y se llama a `atexit`, en ese orden, como hace CPython. Lo que se
    omite es destruir uno a uno los objetos heredados: 1,5 s que nadie ve. Es lo que hace
    `multiprocessing` en sus procesos, con las mismas funciones internas.
    """
    codigo: object = 0
    try:
        ejecutar(orden, precargado)
    except SystemExit as salida:
        codigo = salida.code
    except BaseException as error:
        quejarse(error)
        codigo = 128 + signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    if codigo is not None and not isinstance(codigo, int):
        print(codigo, file=sys.stderr)
        codigo = 1
    try:
        threading._shutdown()
    except BaseException as error:
        quejarse_al_cerrar(error)
    atexit._run_exitfuncs()
    vaciar_archivos()
    os._exit(codigo or 0)


def vaciar_archivos() -> None:
    """Escribe lo que quede a medias en los archivos que el programa no cerró."""
    abiertos = [o for o in gc.get_objects() if isinstance(o, IOBase)]
    for flujo in [*abiertos, *filter(None, (sys.stdout, sys.stderr))]:
        with suppress(
            OSError, ValueError, AttributeError
        ):  # cerrado, o no es un archivo
            flujo.flush()


def main() -> None:
    carpeta = Path(sys.argv[1])
    del sys.path[0]
    precarga.importar()
    gc.collect()
    gc.freeze()  # que el recolector de cada hijo no recorra (ni copie) lo heredado
    peticion = servir(carpeta)
    preparar(peticion, carpeta / "bin")
    terminar(peticion.orden, precarga.ocultar())


if __name__ == "__main__":
    main()
