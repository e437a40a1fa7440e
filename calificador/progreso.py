"""Los ejercicios que el estudiante ya ha resuelto, guardados junto a sus archivos."""

import json
from contextlib import suppress
from pathlib import Path

ARCHIVO = ".progreso.json"


def leer(carpeta: Path) -> set[str]:
    """Los nombres de los ejercicios resueltos; ninguno si el registro no se entiende."""
    try:
        return set(json.loads((carpeta / ARCHIVO).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return set()


def apuntar(carpeta: Path, nombre: str, resuelto: bool) -> set[str]:
    """Apunta el resultado de un ejercicio; devuelve los resueltos.

    Lo que se resolvió y ha dejado de funcionar deja de contar.
    """
    hechos = leer(carpeta)
    hechos = hechos | {nombre} if resuelto else hechos - {nombre}
    with suppress(OSError):  # en una carpeta de solo lectura se corrige, sin apuntarlo
        (carpeta / ARCHIVO).write_text(json.dumps(sorted(hechos)) + "\n", "utf-8")
    return hechos
