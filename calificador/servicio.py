"""El servidor de Prefect del calificador: propio, en otro puerto y sin dejar rastro.

Arrancarlo cuesta segundos; por eso se comparte entre ejercicios y, al vigilar, no se para.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from calificador.averias import SIN_ARCHIVOS, Averia, en_el_disco, en_lo_impreso
from calificador.entorno import entorno_propio
from motor.base import base_vacia, guardar_base, partir_de
from motor.caliente import ErrorDeArranque, Interprete
from motor.guardian import Guardian
from motor.puertos import puerto_libre

try:
    import resource
except ImportError:  # Windows no tiene límites
    resource = None

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

ARRANQUE_S = 90
INTENTOS = 3
DESCRIPTORES = 256  # archivos abiertos a la vez, con holgura
# Windows no lo tiene: allí cada programa arranca en frío.
CON_FORK = hasattr(os, "fork")
# Con este nombre, Prefect se conecta a la base de datos una sola vez
# (`prefect.server.database.configurations`). Con varias conexiones, dos escrituras pueden
# chocar, y el cliente espera dos segundos antes de repetir la suya.
BASE = ":memory:.db" if os.name == "posix" else "prefect.db"


class ServidorParado(Averia):
    """El servidor de Prefect no responde."""

    def __init__(self, que: str, registro: str, conocida: Averia | None = None) -> None:
        """Explica por qué, si se sabe.

        Args:
            que: lo que le pasa.
            registro: lo que ha impreso.
            conocida: la causa; si no se da, se busca en el registro.
        """
        conocida = conocida or en_lo_impreso(registro)
        errores = [linea for linea in registro.splitlines() if "rror" in linea][-3:]
        dicho = "\n".join(["Ha dicho:", *errores, ""]) if errores else ""
        super().__init__(
            conocida.que if conocida else f"{que} {dicho}".rstrip(),
            conocida.remedio
            if conocida
            else "Vuelve a probar. Si se repite, mira si queda memoria y disco, y si el "
            "entorno virtual tiene las versiones de requirements.txt.",
        )


class Servicio:
    """Servidor e intérprete caliente; arrancan al pedirlos y se cierran al salir."""

    def __init__(self, cache: Path | None = None) -> None:
        """Prepara el servicio sin arrancar nada.

        Args:
            cache: carpeta donde guardar la base de datos vacía de Prefect entre una vez y
                otra: crearla es la mitad de lo que tarda el servidor en arrancar.

        Raises:
            Averia: si no hay dónde escribir.
        """
        pedir_descriptores()
        self.carpeta = carpeta_temporal()
        self._guardian = Guardian(self.carpeta)
        self.cache = cache or cache_de_este_usuario()
        self.puerto = puerto_libre()
        self._servidor: subprocess.Popen | None = None
        self._interprete: Interprete | None = None
        self._cliente: SyncPrefectClient | None = None
        self._usado = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        tipo: type[BaseException] | None,
        error: BaseException | None,
        traza: TracebackType | None,
    ) -> None:
        """No hay nada que guardar: el guardián lo mata todo y borra la carpeta."""
        self._guardian.cerrar()
        if self._servidor:
            self._servidor.wait()
        if self._interprete:
            self._interprete.cerrar()

    def abandonar(self) -> None:
        """Empieza a cerrarlo, sin esperar: vale también dentro de una señal."""
        self._guardian.soltar()

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.puerto}/api"

    @property
    def entorno(self) -> dict[str, str]:
        """Las variables de los programas del estudiante: las suyas, menos las que estorban."""
        return {
            **entorno_propio(self.carpeta),
            "PREFECT_HOME": str(self.carpeta / "prefect"),
            "PREFECT_API_URL": self.api,
        }

    @property
    def python(self) -> Path:
        """El `python` que ejecuta los programas: caliente, si el sistema lo permite."""
        if self._interprete:
            return self._interprete.programas / "python"
        return Path(sys.executable)

    @property
    def cliente(self) -> "SyncPrefectClient":
        """Un cliente del servidor, para preguntar qué ha pasado de verdad."""
        from prefect.client.orchestration import SyncPrefectClient

        if not self._cliente:
            # Sin mirar el entorno: con un proxy, la pregunta no llegaría a este equipo.
            ajustes = {"trust_env": False}
            self._cliente = SyncPrefectClient(self.api, httpx_settings=ajustes)
        return self._cliente

    @property
    def en_marcha(self) -> bool:
        """Si el servidor ha arrancado y sigue vivo."""
        return self._servidor is not None and self._servidor.poll() is None

    def exigir(self) -> None:
        """Comprueba que el servidor sigue ahí.

        Raises:
            ServidorParado: si no.
        """
        if not self._responde():
            raise self._parado("El servidor de Prefect ha dejado de responder.")

    def arrancar(self) -> None:
        """Pone en marcha el servidor, si no lo está ya, y espera a que responda.

        Si falla, lo intenta con otro puerto, que alguien pudo ocupar mientras, y sin la base
        de datos guardada, que puede estar dañada.

        Raises:
            ServidorParado: si no responde a tiempo.
        """
        if self.en_marcha:
            return
        self._calentar()
        for intento in range(INTENTOS):
            if intento:
                self.puerto = puerto_libre()
            self._cliente, self._usado = None, False
            con_cache = partir_de(None if intento else self.cache, self._base)
            if self._lanzar_servidor():
                if not con_cache:
                    with suppress(OSError, sqlite3.Error):  # solo es un atajo
                        guardar_base(self._base, base_vacia(self.cache))
                return
            if self._causa():  # sin disco, por ejemplo, no hay nada que probar
                break
        raise self._parado("El servidor de Prefect no arranca.")

    def estrenar(self) -> None:
        """Lo arranca si hace falta, y lo deja sin rastro de lo que se corrigió antes.

        Raises:
            ServidorParado: si no responde.
        """
        self.arrancar()
        from calificador.limpieza import vaciar

        if self._usado:
            vaciar(self.cliente)
        self._usado = True

    def _calentar(self) -> None:
        """Importa Prefect en el intérprete caliente y, a la vez, aquí lo que se va a usar.

        Si ese intérprete no puede arrancar, los programas arrancan en frío: más despacio.
        """
        nuevo = None
        with suppress(ErrorDeArranque):
            if CON_FORK and not self._interprete:
                nuevo = Interprete(self.carpeta, self.entorno)
        for modulo in ("pandas", "prefect.client.orchestration"):
            import_module(modulo)
        with suppress(ErrorDeArranque):
            if nuevo:
                nuevo.esperar()
                self._interprete = nuevo

    def _lanzar_servidor(self) -> bool:
        """Arranca el servidor; dice si ha llegado a responder.

        Raises:
            ServidorParado: si sigue vivo y no responde.
        """
        prefect = (
            [self._interprete.programas / "prefect"]
            if self._interprete
            else [sys.executable, "-m", "prefect"]
        )
        orden = f"server start --no-ui --host 127.0.0.1 --port {self.puerto}"
        entorno = {
            **self.entorno,
            # Relativa a su carpeta: la ruta entera puede llevar letras que no caben en una URL.
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{BASE}",
            # Lo de un horario se apunta cuando lo pide una comprobación.
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
        }
        del entorno["PREFECT_API_URL"]
        with self._registro.open("wb") as salida:
            self._servidor = subprocess.Popen(
                [*prefect, *orden.split()],
                cwd=self._base.parent,
                env=entorno,
                stdin=subprocess.DEVNULL,
                stdout=salida,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        limite = time.monotonic() + ARRANQUE_S
        while self.en_marcha and time.monotonic() < limite:
            if self._responde():
                return True
            time.sleep(0.1)
        if self.en_marcha:
            raise self._parado(
                f"El servidor de Prefect no ha arrancado en {ARRANQUE_S} segundos."
            )
        return False

    def _responde(self) -> bool:
        sin_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with (
            suppress(OSError),
            sin_proxy.open(f"{self.api}/health", timeout=2) as respuesta,
        ):
            return respuesta.status == 200
        return False

    @cached_property
    def _base(self) -> Path:
        return self.carpeta / "prefect" / BASE

    def _parado(self, que: str) -> ServidorParado:
        return ServidorParado(que, self._dicho, self._causa())

    def _causa(self) -> Averia | None:
        """Por qué no va el servidor, si se sabe; en un disco lleno, ni su registro cabe."""
        return en_el_disco(self.carpeta) or en_lo_impreso(self._dicho)

    @property
    def _registro(self) -> Path:
        return self.carpeta / "servidor.log"

    @property
    def _dicho(self) -> str:
        """Lo que ha impreso el servidor."""
        try:
            return self._registro.read_text("utf-8", "replace")
        except OSError:
            return ""


def pedir_descriptores() -> None:
    """Sube, si hace falta y se puede, el límite de archivos abiertos.

    Raises:
        Averia: si no se puede y no bastan.
    """
    if not resource:
        return
    limite, maximo = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= limite < DESCRIPTORES:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORES, maximo))
        except (ValueError, OSError):
            raise Averia(*SIN_ARCHIVOS) from None


def carpeta_temporal() -> Path:
    """Una carpeta temporal nueva y de nadie más.

    Raises:
        Averia: si no se puede crear en ningún sitio.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="guia-")).resolve()
    except FileNotFoundError:
        raise Averia(
            "No encuentro ninguna carpeta temporal en la que pueda escribir.",
            "Define TMPDIR (en Windows, TEMP) con una carpeta tuya y vuelve a probar.",
        ) from None


def cache_de_este_usuario() -> Path:
    """En Linux, todos comparten la carpeta temporal."""
    return Path(tempfile.gettempdir(), f"guia-prefect-{getattr(os, 'getuid', int)()}")
