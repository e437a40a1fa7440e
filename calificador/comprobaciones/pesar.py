"""Ejecuta un archivo y apunta cuánta memoria ha llegado a ocupar.

Uso: python pesar.py ARCHIVO DESTINO
"""

import runpy
import sys
from pathlib import Path

import psutil

ESTADO = Path("/proc/self/status")


def pico() -> int:
    """Lo más que ha ocupado este proceso, en bytes, según el sistema en que esté."""
    memoria = psutil.Process().memory_info()
    if hasattr(memoria, "peak_wset"):  # Windows
        return memoria.peak_wset
    if ESTADO.exists():  # Linux; lo que dice `resource` cuenta también al que lo lanzó
        (linea,) = (
            linea
            for linea in ESTADO.read_text("utf-8").splitlines()
            if linea.startswith("VmHWM:")
        )
        return int(linea.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    archivo, destino = sys.argv[1:]
    sys.argv = [archivo]
    sys.path[0] = str(Path(archivo).parent)
    runpy.run_path(archivo, run_name="__main__")
    Path(destino).write_text(str(pico()), "utf-8")
