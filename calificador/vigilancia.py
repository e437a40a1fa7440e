"""Qué archivos usa un ejercicio y si han cambiado, para corregirlo otra vez al guardar."""

from contextlib import suppress
from pathlib import Path

from calificador.ejercicios import Ejercicio
from calificador.fuente import Fuente

Huella = dict[str, tuple[int, int]]  # de cada archivo, cuándo se guardó y cuánto ocupa


def huella(carpeta: Path) -> Huella:
    """Cómo está cada archivo de una carpeta; los que no se pueden mirar no cuentan."""
    vista = {}
    with suppress(OSError):
        for ruta in carpeta.iterdir():
            with suppress(OSError):  # enlaces rotos, o borrados mientras se mira
                datos = ruta.stat()
                vista[ruta.name] = datos.st_mtime_ns, datos.st_size
    return vista


def usados(carpeta: Path, ejercicios: list[Ejercicio]) -> set[str]:
    """Los archivos de la carpeta de los que depende la corrección, existan ya o no."""
    nombres = {n for e in ejercicios for n in (e.archivo, *e.necesita)}
    pendientes = list(nombres)
    while pendientes:
        ruta = carpeta / pendientes.pop()
        if ruta.suffix == ".py":
            nuevos = {
                n for n in Fuente(ruta).archivos() if n and "/" not in n
            } - nombres
            nombres |= nuevos
            pendientes += nuevos
    return nombres


def ha_cambiado(antes: Huella, ahora: Huella, nombres: set[str]) -> bool:
    """Si alguno de esos archivos no está como estaba."""
    return any(antes.get(nombre) != ahora.get(nombre) for nombre in nombres)
