"""El servidor de Prefect del calificador: propio, en otro puerto y sin dejar rastro.

Arrancarlo cuesta segundos; por eso se comparte entre ejercicios y, al vigilar, no se para.
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, suppress
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from calificador.caliente import Interprete

ARRANQUE_S = 90
# Windows no lo tiene: allí cada programa arranca en frío.
CON_FORK = hasattr(os, "fork")


class ServidorParado(Exception):
    """El servidor de Prefect no ha llegado a responder; el mensaje trae su salida."""


class Servicio:
    """Servidor e intérprete caliente; arrancan al pedirlos y se cierran al salir."""

    def __init__(self, cache: Path | None = None) -> None:
        """Prepara el servicio sin arrancar nada.

        Args:
            cache: carpeta donde guardar la base de datos vacía de Prefect entre una vez y
                otra: crearla es la mitad de lo que tarda el servidor en arrancar.
        """
        self.cache = cache or Path(tempfile.gettempdir()) / "guia-prefect"
        self.carpeta = Path(tempfile.mkdtemp(prefix="guia-"))
        self.puerto = puerto_libre()
        self.api = f"http://127.0.0.1:{self.puerto}/api"
        self._servidor: subprocess.Popen | None = None
        self._interprete: Interprete | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        error: BaseException | None,
        traza: TracebackType | None,
    ) -> None:
        try:
            if self._servidor:
                detener(self._servidor)
        finally:
            if self._interprete:
                self._interprete.cerrar()
            shutil.rmtree(self.carpeta, ignore_errors=True)

    @cached_property
    def entorno(self) -> dict[str, str]:
        """Las variables de los programas del estudiante: las suyas, menos las de Prefect."""
        propias = {n: v for n, v in os.environ.items() if not n.startswith("PREFECT_")}
        return {
            **propias,
            "DO_NOT_TRACK": "1",
            "PREFECT_HOME": str(self.carpeta / "prefect"),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "NO_COLOR": "1",
        }

    @cached_property
    def python(self) -> str:
        """El `python` que ejecuta los programas: caliente, si el sistema lo permite."""
        if not CON_FORK:
            return sys.executable
        self._interprete = Interprete(self.carpeta, self.entorno)
        return str(self._interprete.programas / "python")

    def arrancar(self) -> None:
        """Pone en marcha el servidor, si no lo está ya, y espera a que responda.

        Raises:
            ServidorParado: si no responde a tiempo.
        """
        if self._servidor:
            return
        self._partir_de_cache()
        registro = self.carpeta / "servidor.log"
        with registro.open("wb") as salida:
            servir = (
                f"-m prefect server start --no-ui --host 127.0.0.1 --port {self.puerto}"
            )
            self._servidor = subprocess.Popen(
                [sys.executable, *servir.split()],
                env={n: v for n, v in self.entorno.items() if n != "PREFECT_API_URL"},
                stdin=subprocess.DEVNULL,
                stdout=salida,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.python  # noqa: B018  (se calienta mientras el servidor arranca)
        limite = time.monotonic() + ARRANQUE_S
        while not self._responde():
            if time.monotonic() > limite or self._servidor.poll() is not None:
                raise ServidorParado(registro.read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)
        self._guardar_en_cache()

    def _responde(self) -> bool:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"{self.api}/health", timeout=2) as respuesta,
        ):
            return respuesta.status == 200
        return False

    def _partir_de_cache(self) -> None:
        casa = self.carpeta / "prefect"
        casa.mkdir(exist_ok=True)
        if base_vacia(self.cache).exists():
            shutil.copy(base_vacia(self.cache), casa / "prefect.db")

    def _guardar_en_cache(self) -> None:
        if not base_vacia(self.cache).exists():
            guardar_base(
                self.carpeta / "prefect" / "prefect.db", base_vacia(self.cache)
            )


def base_vacia(cache: Path) -> Path:
    """Dónde se guarda la base de datos que deja el primer arranque de Prefect."""
    return cache / f"prefect-{version('prefect')}.db"


def guardar_base(viva: Path, destino: Path) -> None:
    """Copia una base de datos en uso, y la deja en su sitio de una vez.

    Así no estorba a otro proceso que esté haciendo lo mismo.
    """
    destino.parent.mkdir(parents=True, exist_ok=True)
    copia = destino.with_suffix(f".{os.getpid()}")
    with (
        closing(sqlite3.connect(viva)) as original,
        closing(sqlite3.connect(copia)) as foto,
    ):
        original.backup(foto)
    copia.replace(destino)


def detener(proceso: subprocess.Popen, espera_s: float = 15) -> None:
    """Pide a un programa y a sus hijos que terminen y, si no lo hacen, los mata."""
    if proceso.poll() is None:
        enviar(proceso, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            proceso.wait(espera_s)
    enviar(proceso, getattr(signal, "SIGKILL", signal.SIGTERM))
    proceso.wait()


def enviar(proceso: subprocess.Popen, senal: signal.Signals) -> None:
    """Manda una señal a un programa y a los que haya arrancado."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(proceso.pid, senal)
        elif proceso.poll() is None:
            proceso.terminate()


def puerto_libre() -> int:
    """Un puerto en el que nadie escucha ahora mismo en 127.0.0.1."""
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return enchufe.getsockname()[1]
