"""Escribe varios archivos como si fueran uno: o todos, o ninguno."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def escribir_juntos(contenidos: Mapping[Path, bytes]) -> None:
    """Cambia varios archivos a la vez, o no cambia ninguno.

    Primero lo escribe todo al lado, que es lo que puede fallar (el disco lleno, un permiso);
    después solo cambia nombres, y si algo lo interrumpe deshace los que lleve.

    Los que ya dicen eso ni se tocan: quien los vigila no creería que han cambiado.

    Args:
        contenidos: lo que dirá cada archivo, que puede no existir todavía.

    Raises:
        OSError: si no puede escribir alguno; todos quedan como estaban.
    """
    distintos = {r: c for r, c in contenidos.items() if not dice(r, c)}
    nuevos = {ruta: al_lado(ruta, "nuevo") for ruta in distintos}
    viejos: dict[Path, Path] = {}
    try:
        for ruta, nuevo in nuevos.items():
            ruta.parent.mkdir(parents=True, exist_ok=True)
            nuevo.write_bytes(contenidos[ruta])
            if ruta.is_file():
                shutil.copymode(ruta, nuevo)
                viejos[ruta] = al_lado(ruta, "viejo")
                shutil.copy2(ruta, viejos[ruta])
        cambiar(nuevos, viejos)
    finally:
        for sobra in (*nuevos.values(), *viejos.values()):
            with suppress(OSError):
                sobra.unlink()


def al_lado(ruta: Path, que: str) -> Path:
    """Un nombre que no usa nadie más: otro proceso puede estar escribiendo lo mismo."""
    return ruta.with_name(f".{ruta.name}.{os.getpid()}.{que}")


def dice(ruta: Path, contenido: bytes) -> bool:
    """Si un archivo ya dice eso."""
    return ruta.is_file() and ruta.read_bytes() == contenido


def cambiar(nuevos: Mapping[Path, Path], viejos: Mapping[Path, Path]) -> None:
    """Pone cada archivo nuevo en su lugar; si no puede con alguno, devuelve los viejos."""
    cambiados: list[Path] = []
    try:
        for ruta, nuevo in nuevos.items():
            cambiados.append(ruta)
            nuevo.replace(ruta)
    except BaseException:  # también Ctrl+C
        for ruta in cambiados:
            with suppress(OSError):
                deshacer(ruta, viejos.get(ruta))
        raise


def deshacer(ruta: Path, viejo: Path | None) -> None:
    """Devuelve un archivo a como estaba; si no estaba, lo quita."""
    if viejo:
        viejo.replace(ruta)
    else:
        ruta.unlink(missing_ok=True)
