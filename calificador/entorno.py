"""Las variables con las que trabaja el calificador y los programas que ejecuta.

Son las del estudiante menos las que cambiarían el veredicto: la misma respuesta merece lo
mismo en cualquier terminal.
"""

import os
from pathlib import Path

from motor.prefect_por_dentro import NO_RASTREAR

# De otra configuración de Prefect y de pytest; las de pantalla, que parten o colorean lo que
# se imprime, y los proxies, que impedirían hablar con un servidor de este mismo equipo.
FUERA = ("PREFECT_", "PYTEST_")
TAMBIEN_FUERA = {"COLUMNS", "LINES", "FORCE_COLOR", "PYTHON_COLORS", "TTY_COMPATIBLE"}
SIEMPRE = {
    NO_RASTREAR: "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "NO_PROXY": "127.0.0.1,localhost",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "PYTHONIOENCODING": "utf-8",
    "NO_COLOR": "1",
}


def entorno_propio(casa: Path) -> dict[str, str]:
    """Las variables de este proceso que no estorban, y las que hacen falta.

    Args:
        casa: la carpeta personal de quien no tiene ninguna.
    """
    suyas = {nombre: valor for nombre, valor in os.environ.items() if sirve(nombre)}
    if Path("~").expanduser() == Path("~"):
        suyas["HOME"] = str(casa)
    return suyas | SIEMPRE


def sirve(nombre: str) -> bool:
    """Si una variable puede llegar a los programas del estudiante."""
    return not (
        nombre.startswith(FUERA)
        or nombre in TAMBIEN_FUERA
        or nombre.lower().endswith("_proxy")
    )
