"""Enseña los avisos que han llegado y los retira; si no hay, espera hasta un minuto."""

import sys
import time
from pathlib import Path

AVISOS = Path(__file__).resolve().parents[3] / "data" / "output" / "avisos.txt"
LIMITE_S = 60

if __name__ == "__main__":
    limite = time.monotonic() + LIMITE_S
    while not AVISOS.exists() or not AVISOS.stat().st_size:
        if time.monotonic() > limite:
            sys.exit(
                f"Ningún aviso en {LIMITE_S} s. ¿Está en marcha buzones.py? Si lo has "
                "vuelto a abrir, ejecuta otra vez los programas que le mandan avisos"
            )
        time.sleep(0.2)
    print(AVISOS.read_text(encoding="utf-8"), end="")
    AVISOS.unlink()
