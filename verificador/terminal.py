"""La terminal del lector: una copia nueva de su carpeta y un bash que recuerda dónde está."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import termios
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from motor import guardian
from motor.espera import esperar
from motor.prefect_por_dentro import BASE_DE_DATOS, PUERTO
from motor.prefect_por_dentro import CARPETA as CARPETA_DE_PREFECT
from motor.puertos import escuchan, puerto_libre
from motor.rutas import CARPETA, SNIPPETS
from verificador import casa, kit
from verificador.pantalla import COLUMNAS, FILAS, texto_visible

RAIZ_MOSTRADA = (
    "/home/ana/guia-prefect"  # lo que la página enseña en vez de un temporal
)
LIMITE_S = 180  # holgado: solo lo agota lo que no iba a terminar
DESPEDIDA_S = 5  # lo que puede tardar en irse quien termina solo
# «make test» no puede volver a ejecutar todas las pruebas desde dentro: solo las recoge, y
# en un proceso.
SOLO_RECOGER = {
    "PYTEST_ADDOPTS": "--collect-only --quiet",
    "PYTEST_XDIST_AUTO_NUM_WORKERS": "0",
}
# pytest avisa de que no reescribe los `assert` de lo que el intérprete ya ha importado.
SIN_REESCRIBIR = {"PYTEST_ADDOPTS": "-W ignore::pytest.PytestAssertRewriteWarning"}
# Se detiene en el primer error (-e), también dentro de una tubería, y apunta los que bash
# perdonaría: el de `a` en `a && b` o `a || b`, también en funciones y subshells (-T), y lo
# que se deja en segundo plano con `&`. Al salir deja su carpeta y su entorno para el bloque
# siguiente. La página no puede quitar nada de esto sin que se note.
GUION = r"""set -eETo pipefail
guia_apuntar() { [ "$1" -eq 0 ] || echo "$1 $2" >>"$GUIA_FALLOS"; }
guia_salir() {
    local trampas=$(trap -p ERR DEBUG | grep -c guia_apuntar)
    trap - ERR DEBUG
    [[ -o pipefail && -o functrace && $trampas -eq 2 ]] ||
        echo "1 un «set» o un «trap» que oculta fallos" >>"$GUIA_FALLOS"
    [ -z "$1" ] || echo "1 una orden en segundo plano (&)" >>"$GUIA_FALLOS"
    { pwd; env -0; } >"$GUIA_ESTADO"
}
readonly GUIA_FALLOS GUIA_ESTADO
readonly -f guia_apuntar guia_salir
trap 'guia_salir "$!"' EXIT
trap 'guia_apuntar $? "$BASH_COMMAND"' ERR
trap 'guia_apuntar $? "${guia_previa-}"; guia_previa=$BASH_COMMAND' DEBUG
"""
SIN_FINAL = "un «exec» o un «trap» que no dejan acabar a bash"
# Cómo apunta bash al que muere por SIGKILL, que nadie puede ignorar.
MATADO = f"{128 + signal.SIGKILL} "


@dataclass(frozen=True)
class Ejecucion:
    """Lo que deja una orden.

    Attributes:
        codigo: el de salida; si la orden terminó bien pero algo de ella falló, el de eso.
        salida: lo que imprimió, en ambos flujos.
        escondido: la parte que falló sin que la orden se detuviera, si la hay.
    """

    codigo: int
    salida: str
    escondido: str = ""


class ErrorDeEspera(Exception):
    """Una orden no pudo empezar o no terminó, o un servicio no llegó a estar listo, a tiempo."""


class Lectura(threading.Thread):
    """Recoge lo que escribe un proceso y avisa a quien espera un texto."""

    def __init__(self, descriptor: int, *, en_pantalla: bool = False) -> None:
        """Empieza a leer.

        Args:
            descriptor: de dónde; lo cierra al acabar.
            en_pantalla: si al otro lado se cree que hay una terminal.
        """
        super().__init__(daemon=True)
        self.descriptor = descriptor
        self.en_pantalla = en_pantalla
        self.cerrada = False
        self.cambio = threading.Condition()
        self._bytes = b""
        self.start()

    @property
    def texto(self) -> str:
        """Lo que se lee hasta ahora."""
        texto = self._bytes.decode("utf-8", "replace")
        return texto_visible(texto) if self.en_pantalla else texto

    def run(self) -> None:
        # Un terminal avisa de que ya nadie lo usa con un error.
        with suppress(OSError):
            while trozo := os.read(self.descriptor, 65536):
                with self.cambio:
                    self._bytes += trozo
                    self.cambio.notify_all()
        os.close(self.descriptor)
        with self.cambio:
            self.cerrada = True
            self.cambio.notify_all()

    def esperar(self, texto: str, limite_s: float) -> bool:
        """Espera a que el texto aparezca, en una línea entera, o el flujo se cierre."""

        def completo() -> bool:
            _, hallado, resto = self.texto.partition(texto)
            return bool(hallado) and "\n" in resto

        with self.cambio:
            self.cambio.wait_for(lambda: completo() or self.cerrada, limite_s)
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
        instalada: Path | None = None,
        base_de_datos: Path | None = None,
        carpeta: str = str(CARPETA),
        proyecto: bool = False,
        solo_kit: bool = False,
        limite_s: float = LIMITE_S,
        tty: bool = False,
        frio: bool = False,
        puertos: dict[str, int] | None = None,
    ) -> None:
        """Prepara la carpeta.

        Args:
            base: carpeta que se creará para esta terminal.
            programas: carpeta de `python`, `prefect`…, que irá primera en PATH.
            puerto: el puerto que hace de 4200 en lo que se teclea y en lo que se lee.
            servidor: si la terminal ya apunta a un servidor de Prefect en ese puerto.
            instalada: la carpeta de Prefect tal como quedó al instalar; nada, si aún no se hizo.
            base_de_datos: la de Prefect, ya migrada, de la que partir.
            carpeta: dónde está la terminal al empezar, relativa a la raíz.
            proyecto: si la raíz es una copia del proyecto entero, como tras clonarlo.
            solo_kit: si el lector solo ha descargado el kit: está en la carpeta de la descarga,
                y la del proyecto no existe hasta que lo descomprima.
            limite_s: lo que puede tardar cada orden.
            tty: si los programas ven una terminal de verdad, y no una tubería.
            frio: si todo es como en casa del lector, sin nada para ir más deprisa.
            puertos: los demás que se leen, por la variable de entorno que los cambia: de
                cada uno hace otro que esté libre.
        """
        self.base = base
        (base / "casa").mkdir(parents=True)
        # Con un espacio y una tilde, como la tendrá alguien: todo debe funcionar también ahí.
        self.raiz = base / "mi guía" / casa.NOMBRE
        self.carpeta = self.raiz / carpeta
        self.programas = programas
        self.puerto = puerto
        otros = {nombre: puerto_libre() for nombre in puertos or {}}
        self.puertos = {
            PUERTO: puerto,
            **{leido: otros[nombre] for nombre, leido in (puertos or {}).items()},
        }
        self.limite_s = limite_s
        self.tty = tty
        self.al_cerrar = ExitStack()
        self.lecturas = base / "lecturas"
        self.lecturas.touch()
        self._estado = base / "estado"
        self._fallos = base / "fallos"
        self._fallos_de_servicios: list[Path] = []
        self._servicios: list[tuple[subprocess.Popen, Lectura]] = []
        if solo_kit:
            self.carpeta = self.raiz.parent
            self.carpeta.mkdir()
            kit.escribir(self.carpeta / casa.KIT.name)
        else:
            casa.preparar_proyecto(self.raiz, entero=proyecto)
            self.carpeta.mkdir(parents=True, exist_ok=True)
        self.prefect = base / "casa" / CARPETA_DE_PREFECT
        casa.preparar_prefect(self.prefect, instalada, self.api if servidor else None)
        if base_de_datos:
            shutil.copy(base_de_datos, self.prefect / BASE_DE_DATOS)
        self.entorno = {
            **ENTORNO,
            **(EN_PANTALLA if tty else EN_TUBERIA),
            "HOME": str(base / "casa"),
            # «sbin»: quien lo lanza todo como root necesita el `useradd` que usa PostgreSQL.
            "PATH": f"{programas}:{Path(sys.executable).parent}:{os.defpath}:/usr/sbin",
            "PREFECT_SERVER_API_PORT": str(puerto),
            "GUIA_RAIZ": str(self.raiz),
            "GUIA_ESTADO": str(self._estado),
            "GUIA_FALLOS": str(self._fallos),
            # El README teclea «make serve», que usa un puerto fijo.
            "DIRECCION": f"127.0.0.1:{puerto}",
            **{nombre: str(otro) for nombre, otro in otros.items()},
            **(SOLO_RECOGER if proyecto else SIN_REESCRIBIR),
        }
        if not frio:
            self.entorno["GUIA_LECTURAS"] = str(self.lecturas)
            # Con servidor propio no: un temporal que se apaga antes de tiempo da errores.
            self.entorno["GUIA_SIN_LATIDO"] = "1" if servidor else ""

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.puerto}/api"

    def guardar(self, snippet: str) -> Path:
        """Copia un programa de snippets/ a la carpeta, como hace el lector."""
        return Path(shutil.copy(SNIPPETS / snippet, self.carpeta))

    def ejecutar(self, orden: str) -> Ejecucion:
        """Teclea una orden (o varias líneas) y espera a que termine.

        Raises:
            ErrorDeEspera: si no termina a tiempo (incluye lo que imprimió), o si ya no está
                la carpeta.
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
        escondido, motivo = self._escondido()
        return Ejecucion(
            codigo or escondido,
            self.mostrar(lectura.texto),
            "" if codigo else motivo,
        )

    def servir(self, orden: str, espera: str) -> Ejecucion:
        """Teclea una orden que no termina y espera a que imprima un texto.

        Raises:
            ErrorDeEspera: si acaba antes, o no lo imprime a tiempo.
        """
        # Aparte: mientras se teclea otra orden, un servicio sigue, y puede acabar.
        suyos = self.base / f"fallos_{len(self._fallos_de_servicios)}"
        self._fallos_de_servicios.append(suyos)
        proceso, lectura = self._lanzar(
            orden, GUIA_FALLOS=str(suyos), GUIA_ESTADO=os.devnull
        )
        self._servicios.append((proceso, lectura))
        if not lectura.esperar(espera, self.limite_s):
            final = "ha terminado" if lectura.cerrada else f"lleva {self.limite_s:g} s"
            raise ErrorDeEspera(f"{final} sin imprimir {espera!r}:\n{lectura.texto}")
        # Prefect lo anuncia antes de escuchar.
        if f":{self.puerto}" in lectura.texto and not esperar(
            lambda: escuchan(self.puerto), self.limite_s
        ):
            raise ErrorDeEspera(
                f"nadie escucha en el puerto {self.puerto} tras {self.limite_s:g} s"
            )
        salida = self.mostrar(lectura.texto)
        hasta = salida.index("\n", salida.index(espera))
        return Ejecucion(0, salida[: hasta + 1])

    def cerrar(self) -> None:
        """Detiene con Ctrl+C los servicios, del último al primero, y no deja nada en marcha.

        Raises:
            ErrorDeEspera: si alguno no se detiene, o si la página dejó en marcha algo que
                no es un servicio; se mata antes de avisar.
        """
        problemas = []
        while self._servicios:
            proceso, lectura = self._servicios.pop()
            if proceso.poll() is None:
                os.killpg(proceso.pid, signal.SIGINT)
            try:
                proceso.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(proceso.pid, signal.SIGKILL)
                proceso.wait()
                problemas.append(
                    f"no se detiene con Ctrl+C: {proceso.args[-1].removeprefix(GUION)!r}:\n"
                    f"{lectura.texto}"
                )
        problemas += [f"queda en marcha: {orden}" for orden in self._rezagados()]
        self.al_cerrar.close()
        if problemas:
            raise ErrorDeEspera("\n".join(problemas))

    def _rezagados(self) -> list[str]:
        """Mata lo que siga en marcha en esta terminal y dice qué era.

        Algunos procesos, como el que recoge los recursos de multiprocessing, terminan solos,
        pero después de quien los lanzó: no se han quedado, se están yendo.
        """
        _, quedan = psutil.wait_procs(guardian.procesos(self.base), DESPEDIDA_S)
        ordenes = []
        for proceso in quedan:
            with suppress(psutil.Error):
                ordenes.append(" ".join(proceso.cmdline()))
                proceso.kill()
        return ordenes

    def leidos(self, desde: int = 0, hasta: int | None = None) -> set[Path]:
        """Los archivos de la carpeta que algún proceso ha abierto para leerlos.

        Args:
            desde: posición del registro (véase `marca`) a partir de la que mirar.
            hasta: posición en la que dejar de mirar.
        """
        apuntes = self.lecturas.read_bytes()[desde:hasta].decode()
        return set(map(Path, apuntes.splitlines()))

    @property
    def marca(self) -> int:
        """La posición actual del registro de archivos leídos."""
        return self.lecturas.stat().st_size

    def mostrar(self, texto: str) -> str:
        """El texto con las rutas y el puerto que tendría en casa del lector."""
        for real, mostrada in (
            (str(self.raiz), RAIZ_MOSTRADA),
            (self.entorno["HOME"], "/home/ana"),
            (str(self.programas), f"{RAIZ_MOSTRADA}/.venv/bin"),
            (sys.prefix, f"{RAIZ_MOSTRADA}/.venv"),
            (sys.base_prefix, "/usr"),
            *((f":{real}", f":{leido}") for leido, real in self.puertos.items()),
        ):
            texto = texto.replace(real, mostrada)
        # Quien teclea no ve el número de línea que bash añade cuando lee de un guion.
        return re.sub(r"^bash: line \d+: ", "bash: ", texto, flags=re.MULTILINE)

    def abrir(
        self, orden: str, entorno: dict[str, str], **flujos: int
    ) -> subprocess.Popen:
        """Teclea una orden en un bash nuevo, sin esperar a que termine.

        Args:
            orden: lo que se teclea.
            entorno: con qué variables.
            flujos: `stdin`, `stdout` y `stderr`, como en `Popen`.
        """
        for leido, real in self.puertos.items():
            orden = orden.replace(f":{leido}", f":{real}")
        return subprocess.Popen(
            ["bash", "-c", GUION + orden],
            cwd=self.carpeta,
            env=entorno,
            start_new_session=True,
            **flujos,
        )

    def _lanzar(self, orden: str, **apuntes: str) -> tuple[subprocess.Popen, Lectura]:
        if not self.carpeta.is_dir():
            ausente = self.mostrar(str(self.carpeta))
            raise ErrorDeEspera(f"la carpeta de la terminal ya no existe: {ausente}")
        for fallos in (self._fallos, *self._fallos_de_servicios):
            fallos.write_text("")
        self._estado.unlink(missing_ok=True)
        if self.tty:
            lee, escribe = pty.openpty()
            termios.tcsetwinsize(escribe, (FILAS, COLUMNAS))
            entrada = escribe
        else:
            lee, escribe = os.pipe()
            entrada = subprocess.DEVNULL
        proceso = self.abrir(
            orden,
            self.entorno | apuntes,
            stdin=entrada,
            stdout=escribe,
            stderr=escribe,
        )
        os.close(escribe)
        return proceso, Lectura(lee, en_pantalla=self.tty)

    def _recordar(self) -> None:
        """Lo que bash dejó al salir; si no llegó a hacerlo, todo sigue como estaba."""
        if not self._estado.exists():
            return
        carpeta, _, entorno = self._estado.read_text().partition("\n")
        self.carpeta = Path(carpeta)
        pares = (par.partition("=") for par in entorno.split("\0") if par)
        self.entorno = {nombre: valor for nombre, _, valor in pares}

    def _escondido(self) -> tuple[int, str]:
        """El primer fallo apuntado: su código y qué falló; ninguno, 0.

        También cuenta el servicio que acaba mal mientras tanto; salvo si alguien lo mata, que es
        lo que quería quien mata un worker para ver qué pasa.
        """
        apuntes = self._fallos.read_text("utf-8", "replace").splitlines()
        for fallos in self._fallos_de_servicios:
            de_este = fallos.read_text("utf-8", "replace")
            if not de_este.startswith(MATADO):
                apuntes += de_este.splitlines()
        if not self._estado.exists():
            apuntes.append(f"1 {SIN_FINAL}")
        codigo, _, orden = (apuntes or ["0"])[0].partition(" ")
        return int(codigo), orden


def hacia_fuera() -> dict[str, str]:
    """Por dónde sale a la red quien lanza las pruebas: la página de instalación la usa."""
    variables = {
        nombre: valor
        for nombre, valor in os.environ.items()
        if nombre.startswith(("PIP_", "UV_", "SSL_"))
        or nombre.lower().endswith("_proxy")
    }
    for nombre in ("NO_PROXY", "no_proxy"):  # a este mismo equipo, nunca por un proxy
        propias = variables.get(nombre, "").split(",")
        variables[nombre] = ",".join(filter(None, [*propias, "127.0.0.1", "localhost"]))
    return variables


# Nada más del entorno de quien lanza las pruebas llega al lector.
ENTORNO = {
    "LANG": "C.UTF-8",
    # Los anuncios de la interfaz cambian sin avisar: fuera de las capturas.
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    **hacia_fuera(),
    "PIP_NO_COMPILE": "1",
}
EN_PANTALLA = {"TERM": "xterm-256color"}
# Sin pantalla, hay que decir su ancho y que cada línea salga en cuanto se escribe.
EN_TUBERIA = {"COLUMNS": str(COLUMNAS), "PYTHONUNBUFFERED": "1"}
