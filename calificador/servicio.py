"""El servidor de Prefect del calificador: propio, en otro puerto y sin dejar rastro.

Arrancarlo cuesta segundos; por eso se comparte entre ejercicios y, al vigilar, no se para.
"""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, suppress
from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from calificador.caliente import ErrorDeArranque, Interprete
from calificador.procesos import detener

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

ARRANQUE_S = 90
# De cada usuario: en Linux, todos comparten la carpeta temporal.
CACHE = Path(tempfile.gettempdir(), f"guia-prefect-{getattr(os, 'getuid', int)()}")
# Windows no lo tiene: allí cada programa arranca en frío.
CON_FORK = hasattr(os, "fork")
# Con este nombre, Prefect se conecta a la base de datos una sola vez
# (`prefect.server.database.configurations`). Con varias conexiones, dos escrituras pueden
# chocar, y el cliente espera dos segundos antes de repetir la suya.
BASE = ":memory:.db" if os.name == "posix" else "prefect.db"


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
        self.cache = cache or CACHE
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
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "NO_COLOR": "1",
        }

    @property
    def python(self) -> Path:
        """El `python` que ejecuta los programas: caliente, si el sistema lo permite."""
        return self._programas / "python"

    @cached_property
    def cliente(self) -> "SyncPrefectClient":
        """Un cliente del servidor, para preguntar qué ha pasado de verdad."""
        from prefect.client.orchestration import SyncPrefectClient

        return SyncPrefectClient(self.api)

    @property
    def en_marcha(self) -> bool:
        """Si el servidor ha arrancado y sigue vivo."""
        return self._servidor is not None and self._servidor.poll() is None

    def arrancar(self) -> None:
        """Pone en marcha el servidor, si no lo está ya, y espera a que responda.

        Raises:
            ServidorParado: si no responde a tiempo.
        """
        if self.en_marcha:
            return
        try:
            self._calentar()
        except ErrorDeArranque as error:
            raise ServidorParado(str(error)) from None
        self._partir_de_cache()
        registro = self.carpeta / "servidor.log"
        orden = f"server start --no-ui --host 127.0.0.1 --port {self.puerto}"
        entorno = {
            **self.entorno,
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{self._base}",
            # Lo de un horario se apunta cuando lo pide una comprobación.
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        }
        del entorno["PREFECT_API_URL"]
        with registro.open("wb") as salida:
            self._servidor = subprocess.Popen(
                [self._programas / "prefect", *orden.split()],
                env=entorno,
                stdin=subprocess.DEVNULL,
                stdout=salida,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        limite = time.monotonic() + ARRANQUE_S
        while not self._responde():
            if time.monotonic() > limite or not self.en_marcha:
                raise ServidorParado(registro.read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)
        self._guardar_en_cache()

    def _calentar(self) -> None:
        """Importa Prefect en el intérprete caliente y, a la vez, aquí lo que se va a usar."""
        if CON_FORK and not self._interprete:
            self._interprete = Interprete(self.carpeta, self.entorno)
        for modulo in ("pandas", "prefect.client.orchestration"):
            import_module(modulo)
        if self._interprete:
            self._interprete.esperar()

    @property
    def _programas(self) -> Path:
        """La carpeta de `python` y `prefect`."""
        if self._interprete:
            return self._interprete.programas
        return Path(sys.executable).parent

    def _responde(self) -> bool:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"{self.api}/health", timeout=2) as respuesta,
        ):
            return respuesta.status == 200
        return False

    @property
    def _base(self) -> Path:
        return self.carpeta / "prefect" / BASE

    def _partir_de_cache(self) -> None:
        self._base.parent.mkdir(exist_ok=True)
        if base_vacia(self.cache).exists():
            shutil.copy(base_vacia(self.cache), self._base)

    def _guardar_en_cache(self) -> None:
        if base_vacia(self.cache).exists():
            return
        with suppress(OSError):  # sin ella se corrige igual, pero arranca más despacio
            guardar_base(self._base, base_vacia(self.cache))


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


def puerto_libre() -> int:
    """Un puerto en el que nadie escucha ahora mismo en 127.0.0.1."""
    with socket.socket() as enchufe:
        enchufe.bind(("127.0.0.1", 0))
        return enchufe.getsockname()[1]
