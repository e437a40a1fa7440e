"""Cómo termina el calificador cuando no puede seguir: qué ha pasado, qué hacer y su código.

Es el único sitio al que llega todo lo que nadie ha atendido antes.
"""

import platform
import traceback
from importlib.metadata import version
from pathlib import Path

from calificador.averias import SIN_PROCESOS, Averia, Codigo, del_sistema
from calificador.servicio import cache_de_este_usuario
from calificador.terminal import decir_error

DETALLES = "averia.txt"
NO_ES_TUYO = "Esto no dice nada de tus ejercicios: no he podido trabajar."


def rendirse(error: Exception) -> Codigo:
    """Explica un error que impide seguir; devuelve el código con el que terminar."""
    averia = como_averia(error)
    decir_error(f"\n{averia.que}\n{averia.remedio}\n{NO_ES_TUYO}")
    return Codigo.AVERIA


def como_averia(error: Exception) -> Averia:
    """La explicación de un error; si no es de los previstos, el fallo es del calificador."""
    if isinstance(error, Averia):
        return error
    if isinstance(error, MemoryError):
        return Averia(*SIN_PROCESOS)
    if isinstance(error, OSError) and (conocida := del_sistema(error)):
        return conocida
    return imprevista(error)


def imprevista(error: Exception) -> Averia:
    """Un error que nadie esperaba."""
    detalles = guardar_detalles(error)
    donde = f" Los detalles están en {detalles}: adjúntalos." if detalles else ""
    return Averia(
        f"El calificador ha fallado: {type(error).__name__}: {error}",
        f"Vuelve a probar. Si se repite, cuéntaselo a quien mantiene la guía.{donde}",
    )


def guardar_detalles(error: Exception) -> Path | None:
    """Deja la traza donde se pueda adjuntar; si no se puede, no pasa nada."""
    try:
        destino = cache_de_este_usuario() / DETALLES
        destino.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        traza = "".join(traceback.format_exception(error))
        equipo = f"Python {platform.python_version()}, {platform.platform()}"
        destino.write_text(f"{equipo}, Prefect {version('prefect')}\n{traza}", "utf-8")
    except Exception:  # explicar un fallo no puede ser otro
        return None
    return destino
