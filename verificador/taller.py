"""Lo que comparten todas las páginas de una sesión: intérprete caliente y lo ya preparado.

Arrancar Prefect es lo caro. Cada página tiene su propio servidor, para que ninguna vea lo
que hizo otra, pero nace del intérprete caliente y con la base de datos ya migrada.
"""

import os
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from motor.base import base_vacia
from motor.caliente import ErrorDeArranque, Interprete
from motor.guardian import Guardian
from motor.prefect_por_dentro import NO_RASTREAR
from motor.puertos import puerto_libre
from motor.servidor import Servidor
from verificador import casa
from verificador.figuras.navegador import Navegador
from verificador.terminal import EN_TUBERIA, ENTORNO, Terminal


class Taller:
    """Arranca lo compartido cuando alguien lo pide y lo detiene todo al cerrar."""

    frio = False

    def __init__(self, cache: Path, api: str | None = None) -> None:
        """Prepara el taller sin arrancar nada.

        Args:
            cache: carpeta que sobrevive a la sesión, para no repetir migraciones.
            api: la URL de un servidor de Prefect ya en marcha en 127.0.0.1, si el autor
                quiere usar el suyo en vez de esperar a que arranque uno.
        """
        self._cache = cache
        self._api = api
        self.carpeta = Path(tempfile.mkdtemp(prefix="guia-"))
        self._guardian = Guardian(self.carpeta)
        self._carpetas = 0
        self._interprete: Interprete | None = None
        self._navegador: Navegador | None = None

    def adelantar(self) -> None:
        """Empieza a arrancar el intérprete caliente, sin esperarlo."""
        if self._interprete:
            return
        entorno = {
            **ENTORNO,
            **EN_TUBERIA,
            "PATH": os.environ["PATH"],
            "PREFECT_HOME": str(self.carpeta / "interprete"),
        }
        self._interprete = Interprete(self.carpeta, entorno)

    @cached_property
    def programas(self) -> Path:
        """La carpeta con los `python`, `prefect`… que arranca el intérprete caliente."""
        self.adelantar()
        try:
            self._interprete.esperar()
        except ErrorDeArranque:
            self._interprete = None  # a quien lo vuelva a pedir, otro
            raise
        return self._interprete.programas

    @cached_property
    def base_de_datos(self) -> Path:
        """La base de datos que deja el primer arranque de Prefect, que tarda segundos."""
        guardada = base_vacia(self._cache)
        if not guardada.exists():
            self.servidor().cerrar()
        return guardada

    @cached_property
    def instalada(self) -> Path:
        """La carpeta de Prefect de quien ha seguido la página de instalación."""
        terminal = self._abrir(servidor=False)
        terminal.ejecutar(f"prefect version\n{casa.orden_de_ajustes()}")
        return terminal.prefect

    @cached_property
    def navegador(self) -> Navegador:
        """El navegador de las capturas."""
        self._navegador = Navegador()
        return self._navegador

    def terminal(
        self, *, servidor: bool = True, instalada: bool = True, **opciones: object
    ) -> Terminal:
        """Una terminal nueva.

        Args:
            servidor: si tiene en marcha un servidor de Prefect, al que ya apunta.
            instalada: si el lector ya ha seguido la página de instalación.
            opciones: las demás; véase `Terminal`.
        """
        propio = None
        if servidor and self._api:
            opciones["puerto"] = urlsplit(self._api).port
        elif servidor and "puerto" not in opciones:
            propio = self.servidor()
            opciones["puerto"] = propio.puerto
        if instalada:
            opciones |= self._de_partida()
        nueva = self._abrir(servidor=servidor, **opciones)
        if propio:
            nueva.al_cerrar.callback(propio.cerrar)
        return nueva

    def servidor(self) -> Servidor:
        """Un servidor de Prefect más, en marcha."""
        carpeta = self._carpeta_nueva()
        carpeta.mkdir()
        entorno = {
            **ENTORNO,
            **EN_TUBERIA,
            "HOME": str(carpeta),
            "PATH": os.environ["PATH"],
            NO_RASTREAR: "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }
        nuevo = Servidor(carpeta, entorno)
        nuevo.arrancar([self.programas / "prefect"], self._cache)
        return nuevo

    def _de_partida(self) -> dict[str, Path]:
        """Con lo que cuenta quien ya instaló, y la base de datos que se crea al empezar."""
        return {"instalada": self.instalada, "base_de_datos": self.base_de_datos}

    def _abrir(self, **opciones: object) -> Terminal:
        opciones.setdefault("puerto", puerto_libre())
        nueva = Terminal(
            self._carpeta_nueva(), self.programas, frio=self.frio, **opciones
        )
        for nombre in ("pip", "uv"):
            nueva.entorno[f"{nombre.upper()}_CACHE_DIR"] = str(self._cache / nombre)
        return nueva

    def _carpeta_nueva(self) -> Path:
        self._carpetas += 1
        return self.carpeta / str(self._carpetas)

    def cerrar(self) -> None:
        """Detiene el navegador y el intérprete, acaba con lo demás y borra la carpeta."""
        try:
            if self._navegador:
                self._navegador.cerrar()
            if self._interprete:
                self._interprete.cerrar()
        finally:
            self._guardian.cerrar()


class TallerFrio(Taller):
    """Como en casa del lector: `python` de siempre, en una terminal, con la casa nueva."""

    frio = True

    def adelantar(self) -> None:
        """Aquí no hay intérprete caliente."""

    @cached_property
    def programas(self) -> Path:
        return Path(sys.executable).parent

    def _de_partida(self) -> dict[str, Path]:
        """Sin base de datos: que cada página pague la primera vez."""
        return {"instalada": self.instalada}

    def _abrir(self, **opciones: object) -> Terminal:
        return super()._abrir(**{**opciones, "tty": True})
