"""Un servidor de Prefect propio: en un puerto libre de 127.0.0.1, con su base de datos."""

import signal
import sqlite3
import subprocess
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from motor.base import base_vacia, guardar_base, partir_de
from motor.espera import esperar
from motor.prefect_por_dentro import BASE_DE_DATOS
from motor.procesos import enviar
from motor.puertos import puerto_libre

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

ARRANQUE_S = 90
INTENTOS = 3


class ErrorDeServidor(Exception):
    """El servidor no ha llegado a responder; por qué, está en lo que ha dicho."""


class Servidor:
    """Un servidor de Prefect que nadie más usa: ni su puerto ni su carpeta son de nadie."""

    def __init__(self, carpeta: Path, entorno: Mapping[str, str]) -> None:
        """Prepara el servidor sin arrancarlo.

        Args:
            carpeta: la suya; ahí deja su base de datos y lo que imprime.
            entorno: sus variables, con los ajustes de Prefect que no sean los de siempre.
        """
        self.carpeta = carpeta
        self.puerto = puerto_libre()
        self._entorno = entorno
        self._proceso: subprocess.Popen | None = None
        self._cliente: SyncPrefectClient | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.puerto}/api"

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
        """Si ha arrancado y sigue vivo."""
        return self._proceso is not None and self._proceso.poll() is None

    @property
    def pid(self) -> int | None:
        """El número de su proceso, si ha arrancado alguna vez."""
        return self._proceso and self._proceso.pid

    @property
    def base(self) -> Path:
        """Su base de datos."""
        return self.carpeta / BASE_DE_DATOS

    @property
    def dicho(self) -> str:
        """Lo que ha impreso."""
        try:
            return self._registro.read_text("utf-8", "replace")
        except OSError:
            return ""

    def responde(self) -> bool:
        """Si contesta a quien le pregunta si está bien."""
        sin_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with (
            suppress(OSError),
            sin_proxy.open(f"{self.api}/health", timeout=2) as respuesta,
        ):
            return respuesta.status == 200
        return False

    def arrancar(
        self,
        prefect: Sequence[str | Path],
        cache: Path | None = None,
        sin_remedio: Callable[[], bool] = lambda: False,
    ) -> None:
        """Lo pone en marcha y espera a que responda.

        Si falla, lo intenta con otro puerto, que alguien pudo ocupar mientras, y sin la base
        de datos guardada, que puede estar dañada.

        Args:
            prefect: cómo se lanza `prefect`: caliente o en frío.
            cache: dónde se guarda la base de datos vacía entre una vez y otra; si no se
                dice, se crea cada vez.
            sin_remedio: si, tras un fallo, se sabe que otro intento también fallaría.

        Raises:
            ErrorDeServidor: si no responde.
        """
        for intento in range(INTENTOS):
            if intento:
                self.puerto = puerto_libre()
            de_la_cache = partir_de(None if intento else cache, self.base)
            self._lanzar(prefect)
            if self._espera_respuesta():
                if cache and not de_la_cache:
                    with suppress(OSError, sqlite3.Error):  # solo es un atajo
                        guardar_base(self.base, base_vacia(cache))
                return
            if sin_remedio():
                break
        raise ErrorDeServidor("no arranca")

    def _lanzar(self, prefect: Sequence[str | Path]) -> None:
        orden = "server start --host 127.0.0.1"
        self._cliente = None
        with self._registro.open("wb") as salida:
            self._proceso = subprocess.Popen(
                [*prefect, *orden.split()],
                cwd=self.carpeta,
                env={
                    **self._entorno,
                    "PREFECT_HOME": str(self.carpeta),
                    # Y no con «--port»: la interfaz pregunta a la API del puerto de los ajustes.
                    "PREFECT_SERVER_API_PORT": str(self.puerto),
                    # Relativa: la ruta entera puede llevar letras que no caben en una URL.
                    "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{BASE_DE_DATOS}",
                },
                stdin=subprocess.DEVNULL,
                stdout=salida,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _espera_respuesta(self) -> bool:
        """Espera a que responda; si termina antes, no hay nada que esperar.

        Raises:
            ErrorDeServidor: si sigue vivo y no responde a tiempo.
        """
        if not esperar(lambda: not self.en_marcha or self.responde(), ARRANQUE_S):
            raise ErrorDeServidor(f"no ha arrancado en {ARRANQUE_S} segundos")
        return self.en_marcha

    def cerrar(self) -> None:
        """Lo mata, sin más: no hay nada que guardar. Se puede repetir."""
        if self._proceso:
            enviar(self._proceso, getattr(signal, "SIGKILL", signal.SIGTERM))
            self._proceso.wait()

    @property
    def _registro(self) -> Path:
        return self.carpeta / "servidor.log"
