"""Lo que cuesta un programa: segundos, trabajo de CPU y memoria de todos sus procesos."""

import re
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import nan
from pathlib import Path

import psutil

from motor.espera import esperar

CALMA_S = 1.0  # cada cuánto se mira si lo demás trabaja
CALMA = (
    0.1  # la parte de un procesador que gasta un servidor que no tiene nada que hacer
)
PERIODO_S = 0.2  # más a menudo, mirar costaría tanto como lo que se mira
RESUMEN = "/proc/{}/smaps_rollup"
# La parte de la memoria compartida que toca a cada uno: la suma no cuenta nada dos veces.
# Solo la da Linux; en los demás, lo residente, que cuenta varias veces lo compartido.
MEMORIA = "PSS" if Path(RESUMEN.format("self")).exists() else "RSS"
MEGA = 1_000_000


class ProgramaRoto(Exception):
    """El programa no ha terminado bien; el mensaje es lo que ha dicho."""


@dataclass(frozen=True)
class Costo:
    """Lo que ha costado un programa, con todos los procesos que ha lanzado.

    Attributes:
        segundos: de principio a fin.
        cpu_s: los de procesador, sumados.
        memoria_mb: el máximo de la suma, en MB.
        procesos: los que hubo a la vez, como mucho.
        salida: lo que imprimió.
    """

    segundos: float
    cpu_s: float
    memoria_mb: float
    procesos: int
    salida: str


class Vigia(threading.Thread):
    """Mira cada poco cuánta memoria ocupan un proceso y sus descendientes."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.raiz = psutil.Process(pid)
        self.maximo = 0
        self.procesos = 0
        self.fin = threading.Event()

    def run(self) -> None:
        while not self.fin.wait(PERIODO_S):
            # Entre que se enumera y se mira, alguno puede haber terminado.
            with suppress(psutil.Error):
                self.mirar()

    def mirar(self) -> None:
        vivos = [self.raiz, *self.raiz.children(recursive=True)]
        ocupados = [bytes_de(proceso) for proceso in vivos]
        self.maximo = max(self.maximo, sum(ocupados))
        self.procesos = max(self.procesos, sum(1 for ocupa in ocupados if ocupa))


def bytes_de(proceso: psutil.Process) -> int:
    """La memoria de un proceso; nada, si ya ha terminado."""
    with suppress(psutil.Error, OSError):
        if MEMORIA == "RSS":
            return proceso.memory_info().rss
        if pss := re.search(
            r"^Pss:\s+(\d+)", Path(RESUMEN.format(proceso.pid)).read_text(), re.M
        ):
            return int(pss[1]) * 1024
    return 0


def medir(
    orden: Sequence[str | Path], carpeta: Path, entorno: Mapping[str, str]
) -> Costo:
    """Ejecuta una orden hasta el final y dice lo que ha costado.

    Args:
        orden: la orden.
        carpeta: dónde.
        entorno: todas sus variables de entorno.

    Raises:
        ProgramaRoto: si no termina bien.
    """
    antes = cpu_de_los_terminados()
    inicio = time.perf_counter()
    # En archivos y no en tuberías: quien las heredase retrasaría el final.
    with (
        tempfile.TemporaryFile("w+") as salida,
        tempfile.TemporaryFile("w+") as errores,
        subprocess.Popen(
            orden,
            cwd=carpeta,
            env=entorno,
            stdin=subprocess.DEVNULL,
            stdout=salida,
            stderr=errores,
        ) as proceso,
    ):
        vigia = Vigia(proceso.pid)
        vigia.start()
        try:
            proceso.wait()
            segundos = time.perf_counter() - inicio
        except BaseException:  # también Ctrl+C: que no quede en marcha
            proceso.kill()
            raise
        finally:
            vigia.fin.set()
            vigia.join()
        cpu = cpu_de_los_terminados() - antes
        dicho = [(archivo.seek(0), archivo.read())[1] for archivo in (salida, errores)]
    if proceso.returncode:
        raise ProgramaRoto(f"«{' '.join(map(str, orden))}» falla:\n{dicho[1]}")
    return Costo(segundos, cpu, vigia.maximo / MEGA, vigia.procesos, dicho[0])


def cpu_de_los_terminados() -> float:
    """La CPU de todos los procesos que este ha lanzado y ya han terminado."""
    uso = resource.getrusage(resource.RUSAGE_CHILDREN)
    return uso.ru_utime + uso.ru_stime


def cpu_de_los_vivos() -> float:
    """La CPU que han gastado los procesos que este ha lanzado y siguen en marcha."""
    total = 0.0
    for proceso in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # terminan mientras se miran
            total += sum(proceso.cpu_times()[:2])
    return total


def esperar_calma(limite_s: float) -> bool:
    """Espera a que lo que sigue en marcha, como un servidor, acabe con lo que tenía a medias.

    Tras mil task runs, el servidor sigue un rato anotándolas; lo que se midiera entonces
    pagaría el trabajo del programa anterior.

    Args:
        limite_s: lo que se espera, en segundos.

    Returns:
        Si ha quedado en calma a tiempo.
    """
    gastada = nan  # la primera mirada no tiene con qué compararse

    def en_calma() -> bool:
        nonlocal gastada
        antes, gastada = gastada, cpu_de_los_vivos()
        return gastada - antes < CALMA * CALMA_S

    return esperar(en_calma, limite_s, CALMA_S)
