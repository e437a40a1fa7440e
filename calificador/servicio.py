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
CON_FORK = hasattr(
    os, "fork"
)  # Windows no lo tiene: allí cada programa arranca en frío


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

    @property
    def _vacia(self) -> Path:
        return self.cache / f"prefect-{version('prefect')}.db"

    def _partir_de_cache(self) -> None:
        casa = self.carpeta / "prefect"
        casa.mkdir(exist_ok=True)
        if self._vacia.exists():
            shutil.copy(self._vacia, casa / "prefect.db")

    def _guardar_en_cache(self) -> None:
        if self._vacia.exists():
            return
        self.cache.mkdir(parents=True, exist_ok=True)
        copia = self.carpeta / "copia.db"
        with (
            closing(sqlite3.connect(self.carpeta / "prefect" / "prefect.db")) as viva,
            closing(sqlite3.connect(copia)) as foto,
        ):
            viva.backup(foto)
        shutil.move(
            copia, self._vacia
        )  # de una vez: otro podría estar haciendo lo mismo


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
