"""Graba una sesión de terminal de verdad, y la compara con la salida de su página.

El formato es asciicast v3, el de asciinema: una cabecera y un suceso por línea, cada uno
con los segundos que pasan desde el anterior.
"""

import json
import os
import pty
import select
import signal
import termios
import time
from collections.abc import Iterator
from contextlib import suppress

from motor.prefect_por_dentro import NO_RASTREAR
from verificador import pantalla, salidas
from verificador.terminal import ErrorDeEspera, Terminal

COLUMNAS, FILAS = 100, 13  # lo que cabe en la columna de la web con la letra del código
TIPO = "xterm-256color"
ESPERA_MAXIMA_S = 1.5  # quien reproduce acorta las esperas; los tiempos son los reales
MIRADA_S, TECLA_S = 0.6, 0.07  # antes de teclear y antes de pulsar Intro; cada letra
# La grabación va dentro de una página: en JSON, estos signos pueden ir con su código.
EN_HTML = {ord(signo): f"\\u{ord(signo):04x}" for signo in "<>&"}
SIMBOLO = "$ "  # el del sistema, antes de la orden y cuando ya ha terminado

Suceso = tuple[float, str]  # segundos desde el anterior y texto que aparece


def grabar(terminal: Terminal, orden: str) -> str:
    """Teclea una orden y graba lo que se ve, con sus tiempos.

    La terminal queda como estaba: no se recuerda la carpeta ni el entorno que deje la orden.

    Returns:
        La grabación en asciicast v3, con las rutas y el puerto que vería el lector.

    Raises:
        ErrorDeEspera: si no termina a tiempo; incluye lo que imprimió.
    """
    cabecera = {
        "version": 3,
        "term": {"cols": COLUMNAS, "rows": FILAS, "type": TIPO},
        "idle_time_limit": ESPERA_MAXIMA_S,
        "command": orden.strip(),
    }
    sucesos = [*teclear(orden), *ejecutar(terminal, orden), (TECLA_S, SIMBOLO)]
    lineas = [[round(espera, 3), "o", texto] for espera, texto in sucesos]
    return "".join(
        json.dumps(linea, ensure_ascii=False).translate(EN_HTML) + "\n"
        for linea in (cabecera, *lineas)
    )


def diferencia(grabacion: str, orden: str, salida: str) -> str:
    """Explica en qué no dice la grabación lo que la página; vacío si solo en lo variable.

    Args:
        grabacion: el asciicast.
        orden: la del bloque de la página.
        salida: la que la página enseña debajo.
    """
    try:
        visto = texto_visible(grabacion)
    except (LookupError, TypeError, ValueError) as error:
        return f"la grabación no es un asciicast v3: {error!r}"
    al_teclear = tecleado(orden)
    if not visto.startswith(al_teclear):
        return f"la grabación no teclea {al_teclear!r}: empieza por {visto[:80]!r}"
    visto = visto.removeprefix(al_teclear).removesuffix(SIMBOLO.strip())
    return salidas.diferencia(salida, visto)


def texto_visible(grabacion: str) -> str:
    """El texto que queda en la pantalla, sin colores.

    Raises:
        ValueError: si no es un asciicast v3 (o `LookupError` o `TypeError`).
    """
    cabecera, *sucesos = map(json.loads, grabacion.splitlines())
    if cabecera["version"] != 3:
        raise ValueError(f"versión {cabecera['version']}")
    texto = "".join(dato for _, clase, dato in sucesos if clase == "o")
    return pantalla.texto_visible(texto)


def tecleado(orden: str) -> str:
    """Lo que deja en la pantalla quien teclea una orden, de una o de varias líneas."""
    return SIMBOLO + orden.strip().replace("\n", "\n> ") + "\n"


def teclear(orden: str) -> Iterator[Suceso]:
    """La orden, letra a letra, tras el símbolo del sistema."""
    yield 0, SIMBOLO
    espera = MIRADA_S
    for letra in tecleado(orden).removeprefix(SIMBOLO).removesuffix("\n"):
        yield espera, letra.replace("\n", "\r\n")
        espera = TECLA_S
    yield MIRADA_S, "\r\n"


def ejecutar(terminal: Terminal, orden: str) -> Iterator[Suceso]:
    """Lo que imprime la orden en un terminal, línea a línea."""
    maestro, esclavo = pty.openpty()
    termios.tcsetwinsize(esclavo, (FILAS, COLUMNAS))
    flujos = dict.fromkeys(("stdin", "stdout", "stderr"), esclavo)
    proceso = terminal.abrir(orden, entorno(terminal), **flujos)
    os.close(esclavo)  # así, cuando el último programa cierra el suyo, la lectura acaba
    try:
        for espera, linea in cronometrar(leer(maestro, terminal.limite_s)):
            yield espera, terminal.mostrar(linea)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(proceso.pid, signal.SIGKILL)
        proceso.wait()
        os.close(maestro)


def entorno(terminal: Terminal) -> dict[str, str]:
    """El de la terminal, con colores y con el `python` de siempre.

    El caliente importó Prefect sin terminal delante, y por eso no colorea.
    """
    carpetas = terminal.entorno["PATH"].split(os.pathsep)
    frias = [carpeta for carpeta in carpetas if carpeta != str(terminal.programas)]
    return {
        **terminal.entorno,
        "PATH": os.pathsep.join(frias),
        NO_RASTREAR: "1",  # el lector ya vio el aviso de telemetría al instalar
        "TERM": TIPO,
        "COLUMNS": str(COLUMNAS),
        "LINES": str(FILAS),
    }


def leer(maestro: int, limite_s: float) -> Iterator[bytes]:
    """Lo que llega al terminal hasta que nadie lo tiene abierto.

    Raises:
        ErrorDeEspera: si pasa el límite; incluye lo que llegó.
    """
    fin = time.monotonic() + limite_s
    leido = b""
    while select.select([maestro], [], [], max(0, fin - time.monotonic()))[0]:
        try:
            trozo = os.read(maestro, 65536)
        except OSError:  # EIO: así avisa Linux del final
            return
        if not trozo:
            return
        leido += trozo
        yield trozo
    raise ErrorDeEspera(
        f"no ha terminado en {limite_s:g} s; hasta entonces imprimió:\n"
        + pantalla.texto_visible(leido.decode("utf-8", "replace"))
    )


def cronometrar(trozos: Iterator[bytes]) -> Iterator[Suceso]:
    """Las líneas, con los segundos que tarda cada una.

    Por líneas y no por trozos: una ruta o una letra partidas no se reconocerían.
    """
    antes = time.monotonic()
    pendiente = b""
    for trozo in trozos:
        ahora = time.monotonic()
        *lineas, pendiente = (pendiente + trozo).split(b"\n")
        for linea in lineas:
            yield ahora - antes, linea.decode("utf-8", "replace") + "\n"
            antes = ahora
    if pendiente:
        yield time.monotonic() - antes, pendiente.decode("utf-8", "replace")
