"""Qué archivos usa un ejercicio y si han cambiado, para corregirlo otra vez al guardar."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from stat import S_ISREG

from calificador.ejercicios import Ejercicio
from calificador.fuente import Fuente

# De cada archivo, por su ruta en la carpeta, cuándo se guardó y cuánto ocupa; de los que no
# están, nada.
Huella = dict[str, tuple[int, int] | None]


def huella(carpeta: Path, nombres: Iterable[str]) -> Huella:
    """Cómo está cada uno de esos archivos; los que no se pueden mirar, como si no estuvieran."""
    vista: Huella = dict.fromkeys(nombres)
    for nombre in vista:
        with suppress(
            OSError, ValueError
        ):  # enlaces rotos, o un nombre que nadie admite
            datos = (carpeta / nombre).stat()
            if S_ISREG(
                datos.st_mode
            ):  # una carpeta cambia con lo que se guarda en ella
                vista[nombre] = datos.st_mtime_ns, datos.st_size
    return vista


def usados(carpeta: Path, ejercicios: list[Ejercicio]) -> set[str]:
    """Los archivos de la carpeta de los que depende la corrección, existan ya o no.

    Son los del ejercicio, los que importan, también dentro de un paquete, y los que nombran.
    """
    nombres = {n for e in ejercicios for n in (e.archivo_en(carpeta), *e.necesita)}
    pendientes = list(nombres)
    while pendientes:
        nombre = pendientes.pop()
        if nombre.endswith(".py"):
            paquete = PurePosixPath(nombre).parent
            nuevos = set(
                filter(es_de_dentro, Fuente(carpeta / nombre).archivos(paquete))
            )
            pendientes += nuevos - nombres
            nombres |= nuevos
    return nombres


def es_de_dentro(nombre: str) -> bool:
    """Si puede ser la ruta de un archivo de la carpeta, y no de otra."""
    ruta = PurePosixPath(nombre)
    return bool(ruta.name) and not ruta.is_absolute() and ".." not in ruta.parts


def ha_cambiado(antes: Huella, ahora: Huella) -> bool:
    """Si alguno de los archivos que se miran ahora no está como estaba."""
    return any(antes.get(nombre) != visto for nombre, visto in ahora.items())
