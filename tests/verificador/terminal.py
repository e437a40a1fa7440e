"""La terminal del lector: una copia nueva de su carpeta y un bash que recuerda dónde está."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from verificador.pagina import RAIZ, SNIPPETS

CARPETA_DEL_LECTOR = "05_pipelines/ejercicios/prefect"
RAIZ_MOSTRADA = (
    "/home/ana/guia-prefect"  # lo que la página enseña en vez de un temporal
)
LO_QUE_USA_EL_LECTOR = ("data", "calificador", "snippets/ejercicios")
LIMITE_S = 90
# pytest avisa de que no reescribe los `assert` de lo que el intérprete ya ha importado.
SIN_REESCRIBIR = "-W ignore::pytest.PytestAssertRewriteWarning"
NO_COPIAR = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", "__pycache__", "site", "output", "05_pipelines"
)
# Al salir, bash deja aquí su carpeta y su entorno para el bloque siguiente.
DESPEDIDA = "trap '{ pwd; env -0; } >\"$GUIA_ESTADO\"' EXIT; set -e\n"


@dataclass(frozen=True)
class Ejecucion:
    """Lo que deja una orden: su código de salida y lo que imprimió (ambos flujos)."""

    codigo: int
    salida: str


class ErrorDeEspera(Exception):
    """Una orden no terminó, o un servicio no llegó a estar listo, a tiempo."""


class Lectura(threading.Thread):
    """Recoge lo que escribe un proceso y avisa a quien espera un texto."""

    def __init__(self, flujo: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.flujo = flujo
        self.texto = ""
        self.cambio = threading.Condition()
        self.start()

    def run(self) -> None:
        for linea in self.flujo:
            with self.cambio:
                self.texto += linea.decode("utf-8", "replace")
                self.cambio.notify_all()
        with self.cambio:
            self.flujo.close()
            self.cambio.notify_all()

    def esperar(self, texto: str, limite_s: float) -> bool:
        """Espera a que el texto aparezca o el flujo se cierre."""
        with self.cambio:
            self.cambio.wait_for(
                lambda: texto in self.texto or self.flujo.closed, limite_s
            )
            return texto in self.texto


class Terminal:
    """Una carpeta del lector recién hecha y las órdenes que se teclean en ella."""

    def __init__(
        self,
        base: Path,
        programas: Path,
        *,
        puerto: int,
        servidor: bool = True,
        base_de_datos: Path | None = None,
        carpeta: str = CARPETA_DEL_LECTOR,
        proyecto: bool = False,
        limite_s: float = LIMITE_S,
    ) -> None:
        """Prepara la carpeta.

        Args:
            base: carpeta que se creará para esta terminal.
            programas: carpeta con los programas calientes, que irá primera en PATH.
            puerto: el puerto que hace de 4200 en lo que se teclea y en lo que se lee.
            servidor: si la terminal ya apunta a un servidor de Prefect en ese puerto.
            base_de_datos: la de Prefect, ya migrada, de la que partir.
            carpeta: dónde está la terminal al empezar, relativa a la raíz.
            limite_s: lo que puede tardar cada orden.
            proyecto: si la raíz es una copia del proyecto entero, como tras clonarlo.
        """
        base.mkdir(parents=True)
        self.raiz = base / "guia-prefect"
        self.carpeta = self.raiz / carpeta
        self.programas = programas
        self.puerto = puerto
        self.limite_s = limite_s
        self.lecturas = base / "lecturas"
        self.lecturas.touch()
        self._estado = base / "estado"
        self._servicios: list[tuple[subprocess.Popen, Lectura]] = []
        if proyecto:
            copiar_proyecto(self.raiz)
        else:
            for parte in LO_QUE_USA_EL_LECTOR:
                shutil.copytree(RAIZ / parte, self.raiz / parte, ignore=NO_COPIAR)
            shutil.copy(RAIZ / "requirements.txt", self.raiz)
        self.carpeta.mkdir(parents=True, exist_ok=True)
        casa = base / "casa"
        ajustes = casa / ".prefect"
        ajustes.mkdir(parents=True)
        if base_de_datos:
            shutil.copy(base_de_datos, ajustes / "prefect.db")
        if servidor:
            (ajustes / "profiles.toml").write_text(
                f'active = "local"\n[profiles.local]\nPREFECT_API_URL = "{self.api}"\n'
            )
        self.entorno = {
            **ENTORNO,
            "HOME": str(casa),
            "PREFECT_HOME": str(ajustes),
            # «sbin»: quien lo lanza todo como root necesita el `useradd` que usa PostgreSQL.
            "PATH": f"{programas}:{Path(sys.executable).parent}:{os.defpath}:/usr/sbin",
            "PREFECT_SERVER_API_PORT": str(puerto),
            # Con servidor propio no: un temporal que se apaga antes de tiempo da errores.
            "GUIA_SIN_LATIDO": "1" if servidor else "",
            "GUIA_RAIZ": str(self.raiz),
            "GUIA_LECTURAS": str(self.lecturas),
            "GUIA_ESTADO": str(self._estado),
            # El README teclea «make serve», que usa un puerto fijo, y «make test», que
            # no puede volver a ejecutar todas las pruebas desde dentro: solo las recoge.
            "DIRECCION": f"127.0.0.1:{puerto}",
            "PYTEST_ADDOPTS": "--collect-only --quiet" if proyecto else SIN_REESCRIBIR,
        }

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.puerto}/api"

    def guardar(self, snippet: str) -> Path:
        """Copia un programa de snippets/ a la carpeta, como hace el lector."""
        return Path(shutil.copy(SNIPPETS / snippet, self.carpeta))

    def ejecutar(self, orden: str) -> Ejecucion:
        """Teclea una orden (o varias líneas) y espera a que termine.

        Raises:
            ErrorDeEspera: si no termina a tiempo; incluye lo que imprimió.
        """
        proceso, lectura = self._lanzar(orden)
        try:
            codigo = proceso.wait(self.limite_s)
        except subprocess.TimeoutExpired:
            os.killpg(proceso.pid, signal.SIGKILL)
            lectura.join(5)
            raise ErrorDeEspera(
                f"no ha terminado en {self.limite_s:g} s; hasta entonces imprimió:\n{lectura.texto}"
            ) from None
        lectura.join(5)
        self._recordar()
        return Ejecucion(codigo, self.mostrar(lectura.texto))

    def servir(self, orden: str, espera: str) -> Ejecucion:
        """Teclea una orden que no termina y espera a que imprima un texto.

        Raises:
            ErrorDeEspera: si acaba antes, o no lo imprime a tiempo.
        """
        proceso, lectura = self._lanzar(orden)
        self._servicios.append((proceso, lectura))
        if not lectura.esperar(espera, self.limite_s):
            final = (
                "ha terminado" if lectura.flujo.closed else f"lleva {self.limite_s:g} s"
            )
            raise ErrorDeEspera(f"{final} sin imprimir {espera!r}:\n{lectura.texto}")
        if f":{self.puerto}" in lectura.texto:  # Prefect lo anuncia antes de escuchar
            esperar_puerto(self.puerto, self.limite_s)
        salida = self.mostrar(lectura.texto)
        hasta = salida.index("\n", salida.index(espera))
        return Ejecucion(0, salida[: hasta + 1])

    def cerrar(self) -> None:
        """Detiene con Ctrl+C los servicios, del último al primero.

        Raises:
            ErrorDeEspera: si alguno no se detiene; se mata antes de avisar.
        """
        resistentes = []
        while self._servicios:
            proceso, lectura = self._servicios.pop()
            if proceso.poll() is None:
                os.killpg(proceso.pid, signal.SIGINT)
            try:
                proceso.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(proceso.pid, signal.SIGKILL)
                proceso.wait()
                resistentes.append(f"{proceso.args[-1]!r}:\n{lectura.texto}")
        if resistentes:
            raise ErrorDeEspera("no se detienen con Ctrl+C:\n" + "\n".join(resistentes))

    def leidos(self, desde: int = 0) -> set[Path]:
        """Los ficheros de la carpeta que algún proceso ha abierto.

        Args:
            desde: posición del registro (véase `marca`) a partir de la que mirar.
        """
        apuntes = self.lecturas.read_bytes()[desde:].decode()
        return set(map(Path, apuntes.splitlines()))

    @property
    def marca(self) -> int:
        """La posición actual del registro de ficheros leídos."""
        return self.lecturas.stat().st_size

    def mostrar(self, texto: str) -> str:
        """El texto con las rutas y el puerto que tendría en casa del lector."""
        for real, mostrada in (
            (str(self.raiz), RAIZ_MOSTRADA),
            (self.entorno["HOME"], "/home/ana"),
            (sys.prefix, f"{RAIZ_MOSTRADA}/.venv"),
            (sys.base_prefix, "/usr"),
            (f":{self.puerto}", ":4200"),
        ):
            texto = texto.replace(real, mostrada)
        return texto

    def abrir(
        self, orden: str, entorno: dict[str, str], **flujos: int
    ) -> subprocess.Popen:
        """Teclea una orden en un bash nuevo, sin esperar a que termine.

        Args:
            orden: lo que se teclea.
            entorno: con qué variables.
            flujos: `stdin`, `stdout` y `stderr`, como en `Popen`.
        """
        orden = orden.replace(":4200", f":{self.puerto}")
        return subprocess.Popen(
            ["bash", "-c", DESPEDIDA + orden],
            cwd=self.carpeta,
            env=entorno,
            start_new_session=True,
            **flujos,
        )

    def _lanzar(self, orden: str) -> tuple[subprocess.Popen, Lectura]:
        proceso = self.abrir(
            orden,
            self.entorno,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return proceso, Lectura(proceso.stdout)

    def _recordar(self) -> None:
        carpeta, _, entorno = self._estado.read_text().partition("\n")
        self.carpeta = Path(carpeta)
        pares = (par.partition("=") for par in entorno.split("\0") if par)
        self.entorno = {nombre: valor for nombre, _, valor in pares}


def copiar_proyecto(destino: Path) -> None:
    """Copia el proyecto con su entorno virtual enlazado y al día, para no reinstalarlo."""
    shutil.copytree(RAIZ, destino, ignore=NO_COPIAR)
    entorno = destino / ".venv"
    entorno.mkdir()
    for parte in Path(sys.prefix).iterdir():
        (entorno / parte.name).symlink_to(parte)
    (entorno / "al-dia").unlink(missing_ok=True)
    (entorno / "al-dia").touch()


def esperar_puerto(puerto: int, limite_s: float) -> None:
    """Espera a que alguien escuche en un puerto de 127.0.0.1.

    Raises:
        ErrorDeEspera: si nadie lo hace en `limite_s` segundos.
    """
    fin = time.monotonic() + limite_s
    while time.monotonic() < fin:
        with socket.socket() as enchufe:
            if enchufe.connect_ex(("127.0.0.1", puerto)) == 0:
                return
        time.sleep(0.05)
    raise ErrorDeEspera(f"nadie escucha en el puerto {puerto} tras {limite_s:g} s")


# Nada del entorno de quien lanza las pruebas llega al lector, y nada sale de la máquina.
ENTORNO = {
    "LANG": "C.UTF-8",
    "COLUMNS": "80",
    "PYTHONUNBUFFERED": "1",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Los anuncios de la interfaz cambian sin avisar: fuera de las capturas.
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # La página de instalación usa la red, por donde la use quien lanza las pruebas.
    **{
        nombre: valor
        for nombre, valor in os.environ.items()
        if nombre.startswith(("PIP_", "UV_", "SSL_"))
        or nombre.lower().endswith("_proxy")
    },
    "PIP_NO_COMPILE": "1",
}
