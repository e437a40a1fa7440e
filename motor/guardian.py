"""Un guardián: cuando otro proceso termina, acaba con lo que haya dejado y borra su carpeta.

Da igual cómo termine: bien, por Ctrl+C o muerto de golpe. El guardián es un proceso aparte
que lee una tubería, y el sistema la cierra cuando desaparece quien la abrió.

Uso: python -I guardian.py CARPETA   (espera a que se cierre su entrada estándar)
"""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

# Lo único que hereda: con el resto de su entorno o en su carpeta, el guardián de quien lo
# arrancó a él lo confundiría con un programa más.
NECESARIAS = ("SYSTEMROOT", "LD_LIBRARY_PATH")
LIMITE_S = 5
MIRADA_S = 0.02
SENALES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows no tiene todas


class Guardian:
    """Vigila una carpeta temporal mientras viva el proceso que lo crea."""

    def __init__(self, carpeta: Path) -> None:
        """Lo arranca; no espera a que esté listo, porque no hace falta.

        Args:
            carpeta: absoluta y de nadie más. Es suyo todo proceso que trabaje en ella o
                que la tenga en su entorno.

        Raises:
            OSError: si el sistema no puede arrancar otro proceso.
        """
        self.carpeta = carpeta
        self._proceso = subprocess.Popen(
            # Con -I, los módulos de quien lo usa no tapan a los que importa.
            [python(), "-I", __file__, carpeta],
            cwd=carpeta.anchor,
            env={n: os.environ[n] for n in NECESARIAS if n in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        error: BaseException | None,
        traza: TracebackType | None,
    ) -> None:
        self.cerrar()

    def soltar(self) -> None:
        """Le dice que empiece, sin esperarlo."""
        self._proceso.stdin.close()

    def cerrar(self) -> None:
        """Acaba con lo que quede en marcha y borra la carpeta; se puede repetir.

        Si se interrumpe la espera, el guardián sigue con lo suyo.
        """
        self.soltar()
        if self._proceso.wait():  # alguien lo ha matado a él
            limpiar(self.carpeta)


def python() -> Path:
    """El intérprete de este entorno, también en un programa caliente, que tiene otro."""
    programas, ejecutable = Path(sysconfig.get_path("scripts")), Path(sys.executable)
    suyo = programas / f"python{'.exe' if os.name == 'nt' else ''}"
    return suyo if sys.prefix != sys.base_prefix and suyo.exists() else ejecutable


def limpiar(carpeta: Path) -> None:
    """Mata los procesos de una carpeta y la borra."""
    limite = time.monotonic() + LIMITE_S
    # Se repite: mientras se mata a unos, pueden nacer otros.
    while (propios := list(procesos(carpeta))) and time.monotonic() < limite:
        for proceso in propios:
            with suppress(psutil.Error):
                proceso.kill()
        time.sleep(MIRADA_S)
    abrir_paso(carpeta)
    shutil.rmtree(carpeta, ignore_errors=True)


def procesos(carpeta: Path) -> Iterator[psutil.Process]:
    """Los que trabajan en una carpeta o la llevan en su entorno; nunca este ni quien lo creó."""
    ajenos = {os.getpid(), os.getppid()}
    for proceso in psutil.process_iter():
        with suppress(psutil.Error):
            if proceso.pid not in ajenos and es_de(carpeta, proceso):
                yield proceso


def es_de(carpeta: Path, proceso: psutil.Process) -> bool:
    """Si un proceso es de los que hay que parar.

    Raises:
        psutil.Error: si ya ha terminado, o es de otra persona.
    """
    if proceso.status() == psutil.STATUS_ZOMBIE:
        return False
    lugares = [
        f"{lugar}{os.sep}" for lugar in (proceso.cwd(), *proceso.environ().values())
    ]
    # La carpeta de un proceso es siempre la de verdad, aunque se llegue a ella por un enlace.
    formas = {f"{forma}{os.sep}" for forma in (carpeta, carpeta.resolve())}
    return any(forma in lugar for forma in formas for lugar in lugares)


def abrir_paso(carpeta: Path) -> None:
    """Da permiso en las carpetas de dentro: un programa pudo quitárselo."""
    for raiz, carpetas, _ in os.walk(carpeta):
        for dentro in (Path(raiz, nombre) for nombre in carpetas):
            if not dentro.is_symlink():
                with suppress(OSError):
                    dentro.chmod(0o700)


def main() -> None:
    for nombre in SENALES:
        if hasattr(signal, nombre):
            signal.signal(getattr(signal, nombre), signal.SIG_IGN)
    sys.stdin.read()
    limpiar(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
