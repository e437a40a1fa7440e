"""Los ejercicios que el estudiante ya ha resuelto, guardados junto a sus archivos."""

import json
import os
from contextlib import suppress
from pathlib import Path

from calificador.ejercicios import leer_catalogo, tema_de

ARCHIVO = ".progreso.json"
CABE = 100_000  # bytes


def leer(carpeta: Path) -> set[str]:
    """Los nombres de los ejercicios resueltos; ninguno si el registro no se entiende."""
    ruta = carpeta / ARCHIVO
    try:
        if not ruta.is_file() or ruta.stat().st_size > CABE:
            return set()
        guardado = json.loads(ruta.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()
    if not isinstance(guardado, list):
        return set()
    actuales = {ejercicio.tema: ejercicio.nombre for ejercicio in leer_catalogo()}
    nombres = {nombre for nombre in guardado if isinstance(nombre, str)}
    return {actuales.get(tema_de(nombre), nombre) for nombre in nombres}


def apuntar(carpeta: Path, nombre: str, resuelto: bool) -> set[str]:
    """Apunta el resultado de un ejercicio; devuelve los resueltos.

    Lo que se resolvió y ha dejado de funcionar deja de contar.
    """
    hechos = leer(carpeta)
    hechos = hechos | {nombre} if resuelto else hechos - {nombre}
    with suppress(OSError):  # en una carpeta de solo lectura se corrige, sin apuntarlo
        sustituir(carpeta / ARCHIVO, json.dumps(sorted(hechos)) + "\n")
    return hechos


def sustituir(ruta: Path, texto: str) -> None:
    """Escribe un archivo de una vez: si algo lo interrumpe, queda el anterior entero.

    Raises:
        OSError: si ahí no se puede escribir.
    """
    nuevo = ruta.with_name(f"{ruta.name}.{os.getpid()}")
    try:
        nuevo.write_text(texto, "utf-8")
        nuevo.replace(ruta)
    finally:
        with suppress(OSError):
            nuevo.unlink(missing_ok=True)
