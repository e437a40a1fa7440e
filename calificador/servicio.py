"""El servidor de Prefect del calificador: propio, en otro puerto y sin dejar rastro.

Arrancarlo cuesta segundos; por eso se comparte entre ejercicios y, al vigilar, no se para.
"""

import os
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Self

from calificador.averias import SIN_ARCHIVOS, Averia, en_el_disco, en_lo_impreso
from calificador.entorno import entorno_propio
from motor.caliente import ErrorDeArranque, Interprete
from motor.guardian import Guardian
from motor.servidor import ErrorDeServidor, Servidor

try:
    import resource
except ImportError:  # Windows no tiene límites
    resource = None

DESCRIPTORES = 256  # archivos abiertos a la vez, con holgura
# Windows no lo tiene: allí cada programa arranca en frío.
CON_FORK = hasattr(os, "fork")
# Ni interfaz ni horarios: lo de un horario se apunta cuando lo pide una comprobación.
AJUSTES = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
}


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
        self.prefect = self.carpeta / "prefect"  # para su servidor y para sus programas
        self.prefect.mkdir()
        self.servidor = Servidor(self.prefect, entorno_propio(self.carpeta) | AJUSTES)
        self._interprete: Interprete | None = None
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
        self.servidor.cerrar()
        if self._interprete:
            self._interprete.cerrar()

    def abandonar(self) -> None:
        """Empieza a cerrarlo, sin esperar: vale también dentro de una señal."""
        self._guardian.soltar()

    @property
    def entorno(self) -> dict[str, str]:
        """Las variables de los programas del estudiante: las suyas, menos las que estorban."""
        return {
            **entorno_propio(self.carpeta),
            "PREFECT_HOME": str(self.prefect),
            "PREFECT_API_URL": self.servidor.api,
        }

    @property
    def python(self) -> Path:
        """El `python` que ejecuta los programas: caliente, si el sistema lo permite."""
        if self._interprete:
            return self._interprete.programas / "python"
        return Path(sys.executable)

    def exigir(self) -> None:
        """Comprueba que el servidor sigue ahí.

        Raises:
            ServidorParado: si no.
        """
        if not self.servidor.responde():
            raise self._parado("El servidor de Prefect ha dejado de responder.")

    def arrancar(self) -> None:
        """Pone en marcha el servidor, si no lo está ya, y espera a que responda.

        Raises:
            ServidorParado: si no responde a tiempo.
        """
        if self.servidor.en_marcha:
            return
        self._calentar()
        self._usado = False
        caliente = self._interprete and [self._interprete.programas / "prefect"]
        prefect = caliente or [sys.executable, "-m", "prefect"]
        try:
            # Sin disco, por ejemplo, no hay otro intento que probar.
            self.servidor.arrancar(prefect, self.cache, lambda: bool(self._causa()))
        except ErrorDeServidor as error:
            raise self._parado(f"El servidor de Prefect {error}.") from None

    def estrenar(self) -> None:
        """Lo arranca si hace falta, y lo deja sin rastro de lo que se corrigió antes.

        Raises:
            ServidorParado: si no responde.
        """
        self.arrancar()
        from calificador.limpieza import vaciar

        if self._usado:
            vaciar(self.servidor.cliente)
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

    def _parado(self, que: str) -> ServidorParado:
        return ServidorParado(que, self.servidor.dicho, self._causa())

    def _causa(self) -> Averia | None:
        """Por qué no va el servidor, si se sabe; en un disco lleno, ni su registro cabe."""
        return en_el_disco(self.carpeta) or en_lo_impreso(self.servidor.dicho)


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
