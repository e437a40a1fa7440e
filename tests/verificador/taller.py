"""Lo que comparten todas las páginas de una sesión: intérprete caliente y servidor.

Es lo único caro de arrancar; por eso hay uno de cada, y se cierran pase lo que pase.
"""

import os
import shutil
import tempfile
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from calificador.caliente import Interprete
from calificador.servicio import base_vacia, guardar_base, puerto_libre
from verificador.figuras.navegador import Navegador
from verificador.terminal import ENTORNO, Terminal


class Taller:
    """Arranca lo compartido cuando alguien lo pide y lo detiene todo al cerrar."""

    def __init__(self, cache: Path, api: str | None = None) -> None:
        """Prepara el taller sin arrancar nada.

        Args:
            cache: carpeta que sobrevive a la sesión, para no repetir migraciones.
            api: la URL de un servidor de Prefect ya en marcha en 127.0.0.1, si el autor
                quiere usar el suyo en vez de esperar a que arranque uno.
        """
        self._cache = cache
        self._api = api
        # Carpeta corta: la ruta de un socket no puede pasar de unos 100 caracteres.
        self.carpeta = Path(tempfile.mkdtemp(prefix="guia-"))
        self._terminales = 0
        self._interprete: Interprete | None = None
        self._servidor: Terminal | None = None
        self._navegador: Navegador | None = None

    @cached_property
    def programas(self) -> Path:
        """La carpeta con los `python`, `prefect`… que arranca el intérprete caliente."""
        entorno = {
            **ENTORNO,
            "PATH": os.environ["PATH"],
            "PREFECT_HOME": str(self.carpeta / "interprete"),
        }
        self._interprete = Interprete(self.carpeta, entorno)
        self._interprete.esperar()
        return self._interprete.programas

    @cached_property
    def puerto(self) -> int:
        """El puerto del servidor de Prefect de la sesión, que arranca al pedirlo."""
        if self._api:
            return urlsplit(self._api).port
        base_de_datos = self._guardada if self._guardada.exists() else None
        self._servidor = self._abrir(servidor=False, base_de_datos=base_de_datos)
        self._servidor.servir("prefect server start", "Check out the dashboard")
        return self._servidor.puerto

    @cached_property
    def base_de_datos(self) -> Path | None:
        """La base de datos que deja el primer arranque de Prefect, que tarda segundos."""
        if not self._guardada.exists():
            if self._api:
                return None  # ese servidor no es nuestro: su base de datos no se copia
            self.puerto  # noqa: B018  (arranca el servidor, que la crea)
            guardar_base(
                Path(self._servidor.entorno["PREFECT_HOME"]) / "prefect.db",
                self._guardada,
            )
        return self._guardada

    @cached_property
    def navegador(self) -> Navegador:
        """El navegador de las capturas."""
        self._navegador = Navegador()
        return self._navegador

    @property
    def _guardada(self) -> Path:
        return base_vacia(self._cache)

    def terminal(self, *, servidor: bool = True, **opciones: object) -> Terminal:
        """Una terminal nueva; véase `Terminal` para las opciones."""
        if servidor:
            opciones["puerto"] = self.puerto
        return self._abrir(
            servidor=servidor, base_de_datos=self.base_de_datos, **opciones
        )

    def _abrir(self, **opciones: object) -> Terminal:
        self._terminales += 1
        base = self.carpeta / f"t{self._terminales}"
        opciones.setdefault("puerto", puerto_libre())
        nueva = Terminal(base, self.programas, **opciones)
        for nombre in ("pip", "uv"):
            nueva.entorno[f"{nombre.upper()}_CACHE_DIR"] = str(self._cache / nombre)
        return nueva

    def cerrar(self) -> None:
        """Detiene el navegador, el servidor y el intérprete, y borra la carpeta temporal."""
        try:
            if self._navegador:
                self._navegador.cerrar()
            if self._servidor:
                self._servidor.cerrar()
        finally:
            if self._interprete:
                self._interprete.cerrar()
            shutil.rmtree(self.carpeta, ignore_errors=True)
