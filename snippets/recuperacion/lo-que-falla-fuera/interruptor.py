"""Un servidor de Prefect con interruptor: lo apaga un archivo y, al borrarlo, vuelve."""

import subprocess
import time
from contextlib import suppress
from pathlib import Path

APAGADO = Path(__file__).resolve().parents[3] / "data" / "output" / "apagado"


def servir() -> None:
    """Deja el servidor en marcha hasta que alguien lo apague."""
    servidor = subprocess.Popen(["prefect", "server", "start"])
    try:
        while not APAGADO.exists() and servidor.poll() is None:
            time.sleep(0.05)
    finally:
        servidor.terminate()
        servidor.wait()


if __name__ == "__main__":
    APAGADO.parent.mkdir(parents=True, exist_ok=True)
    APAGADO.unlink(missing_ok=True)
    with suppress(KeyboardInterrupt):
        while True:
            servir()
            print("Servidor apagado", flush=True)
            while APAGADO.exists():
                time.sleep(0.05)
