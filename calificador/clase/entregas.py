"""Lo que entrega cada estudiante de una clase: una carpeta o un archivo comprimido."""

import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from calificador.copia import CABE_UNO, archivos
from calificador.ejercicios import leer_catalogo, tema_de
from motor.rutas import CARPETA

COMPRIMIDOS = (".zip", ".tar.gz", ".tgz")
CABE = 200_000_000  # bytes: lo que puede ocupar, una vez abierta, una entrega
CABEN = 20_000  # archivos de una entrega


class EntregaRota(Exception):
    """Una entrega que no se puede abrir; el mensaje dice por qué."""


def entregas(clase: Path) -> list[Path]:
    """Lo que hay de cada estudiante en la carpeta de una clase, por orden de nombre.

    Raises:
        OSError: si la carpeta no se puede leer.
    """
    return sorted(
        ruta
        for ruta in clase.iterdir()
        if not ruta.name.startswith(".")
        and (ruta.is_dir() or ruta.name.lower().endswith(COMPRIMIDOS))
    )


def estudiante(entrega: Path) -> str:
    """De quién es una entrega: el nombre de su carpeta, o el del archivo sin extensión."""
    if entrega.is_dir():
        return entrega.name
    final = next(f for f in COMPRIMIDOS if entrega.name.lower().endswith(f))
    return entrega.name[: -len(final)]


@contextmanager
def abierta(entrega: Path) -> Iterator[Path]:
    """La carpeta en la que un estudiante tiene sus ejercicios.

    Raises:
        EntregaRota: si es un archivo comprimido que no se puede abrir.
    """
    if entrega.is_dir():
        yield carpeta_de_ejercicios(entrega)
        return
    with tempfile.TemporaryDirectory(prefix="guia-") as temporal:
        descomprimir(entrega, Path(temporal))
        yield carpeta_de_ejercicios(Path(temporal))


def descomprimir(entrega: Path, destino: Path) -> None:
    """Abre un archivo comprimido, si cabe; nada sale de la carpeta de destino.

    Raises:
        EntregaRota: si no se puede, o si una vez abierto ocupa demasiado.
    """
    try:
        exigir_que_quepa(entrega)
        formato = "zip" if entrega.suffix.lower() == ".zip" else "gztar"
        filtro = {} if formato == "zip" else {"filter": "data"}
        shutil.unpack_archive(entrega, destino, formato, **filtro)
    except (
        shutil.ReadError,
        tarfile.TarError,
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,  # un método de compresión que Python no conoce
        RuntimeError,  # con contraseña
        ValueError,
    ) as error:
        raise EntregaRota(f"el archivo está roto ({error})") from None


def exigir_que_quepa(entrega: Path) -> None:
    """Comprueba, sin abrirlo, cuánto ocupará.

    Raises:
        EntregaRota: si demasiado.
    """
    ocupa = cuantos = 0
    for tamano in tamanos(entrega):
        ocupa, cuantos = ocupa + tamano, cuantos + 1
        if ocupa > CABE or cuantos > CABEN:
            raise EntregaRota(
                f"trae más de {CABE // 1_000_000} MB o de {CABEN} archivos"
            )


def tamanos(entrega: Path) -> Iterator[int]:
    """Lo que ocupa, una vez abierto, cada archivo de un comprimido."""
    if entrega.suffix.lower() == ".zip":
        with zipfile.ZipFile(entrega) as comprimido:
            yield from (parte.file_size for parte in comprimido.infolist())
    else:
        with tarfile.open(entrega) as comprimido:
            yield from (parte.size for parte in comprimido)


def carpeta_de_ejercicios(raiz: Path) -> Path:
    """Dónde están los ejercicios de una entrega: en ella o más adentro.

    Quien entrega el proyecto entero los tiene donde dice la guía; quien los entrega sueltos,
    donde más haya. Las soluciones de la guía, cada una en su carpeta, no cuentan más que ellos.
    """
    temas = {f"{ejercicio.tema}.py" for ejercicio in leer_catalogo()}
    mejor, cuantos = raiz, 0
    for aqui, carpetas, suyos in os.walk(raiz):
        carpetas[:] = sorted(c for c in carpetas if not c.startswith("."))
        if Path(aqui).parts[-len(CARPETA.parts) :] == CARPETA.parts:
            return Path(aqui)
        if (hay := len(temas & set(map(tema_de, suyos)))) > cuantos:
            mejor, cuantos = Path(aqui), hay
    return mejor


def resumir(carpeta: Path) -> str:
    """Un resumen de lo que hay en una carpeta: cambia si cambia algo de lo que se corrige.

    Raises:
        EntregaRota: si no se puede leer.
    """
    suma = sha256()
    try:
        for ruta in archivos(carpeta, carpeta / "output"):
            if ruta.is_file() and os.access(ruta, os.R_OK):
                datos = ruta.stat()
                suma.update(f"{ruta.relative_to(carpeta)}\0{datos.st_size}\0".encode())
                if datos.st_size <= CABE_UNO:
                    suma.update(sha256(ruta.read_bytes()).digest())
    except OSError as error:
        raise EntregaRota(f"el sistema dice: {error.strerror}") from None
    return suma.hexdigest()
