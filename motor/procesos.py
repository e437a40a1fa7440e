"""Programas en marcha: esperarlos, medir lo que imprimen y detenerlos con sus hijos."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

MIRADA_S = 0.02


class SinTerminar(Exception):
    """El programa no ha terminado a tiempo; ya se ha detenido."""


class SinCallar(Exception):
    """El programa imprime sin parar; ya se ha detenido."""


def esperar_final(
    proceso: subprocess.Popen, limite_s: float, callado: Callable[[], bool]
) -> int:
    """Espera a que un programa termine por sí mismo.

    Args:
        proceso: encabeza su grupo (`start_new_session`).
        limite_s: lo que puede tardar.
        callado: si lo que ha impreso hasta ahora cabe en lo razonable.

    Returns:
        Su código de salida.

    Raises:
        SinTerminar: si se pasa de tiempo; no queda nada en marcha.
        SinCallar: si imprime demasiado; no queda nada en marcha.
    """
    limite = time.monotonic() + limite_s
    while proceso.poll() is None:
        motivo = SinTerminar if time.monotonic() > limite else None
        if motivo := motivo or (None if callado() else SinCallar):
            detener(proceso, 2)
            raise motivo
        time.sleep(MIRADA_S)
    enviar(proceso, signal.SIGTERM)  # a lo que haya dejado en marcha
    return proceso.returncode


def detener(proceso: subprocess.Popen, espera_s: float = 15) -> None:
    """Pide a un programa y a sus hijos que terminen y, si no lo hacen, los mata."""
    if proceso.poll() is None:
        enviar(proceso, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            proceso.wait(espera_s)
    enviar(proceso, getattr(signal, "SIGKILL", signal.SIGTERM))
    proceso.wait()


def enviar(proceso: subprocess.Popen, senal: signal.Signals) -> None:
    """Manda una señal a un programa y a los que haya arrancado."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(proceso.pid, senal)
        elif proceso.poll() is None:
            proceso.terminate()
