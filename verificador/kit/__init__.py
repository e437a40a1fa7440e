"""El kit: la carpeta del proyecto que el lector descarga de la web, en un zip.

Se hace cada vez que se construye la web y con los mismos archivos que ejecutan las páginas:
por eso no se guarda con ellos. De los mismos archivos sale siempre el mismo zip.
"""

import os
import re
import tomllib
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from string import Template

from motor.rutas import RAIZ, SNIPPETS
from verificador import casa
from verificador.pagina import es_de_un_editor

LEEME = Path(__file__).with_name("LEEME.md")
SIN_FECHA = (1980, 1, 1, 0, 0, 0)  # la primera que admite un zip
PERMISOS = 0o100644 << 16  # un archivo corriente, como los guarda «unzip»


def publicar() -> None:
    """Escribe el que la web ofrece en su página de instalación, si la tiene."""
    if casa.INSTALACION.is_file():
        escribir(casa.KIT)


def escribir(destino: Path) -> Path:
    """Escribe el kit, si no está ya como debe.

    Args:
        destino: dónde; su carpeta existe.
    """
    nuevo = empaquetar()
    if not destino.is_file() or destino.read_bytes() != nuevo:
        a_medias = destino.with_name(f".{destino.name}.{os.getpid()}")
        a_medias.write_bytes(nuevo)
        a_medias.replace(destino)
    return destino


def empaquetar() -> bytes:
    """El zip."""
    return comprimir({f"{casa.NOMBRE}/{ruta}": c for ruta, c in contenidos().items()})


def comprimir(dentro: dict[str, bytes]) -> bytes:
    """Un zip que solo depende de lo que lleva.

    Args:
        dentro: lo que lleva, por su ruta.
    """
    memoria = BytesIO()
    with zipfile.ZipFile(memoria, "w", zipfile.ZIP_DEFLATED) as archivo:
        for ruta, contenido in sorted(dentro.items()):
            entrada = zipfile.ZipInfo(ruta, SIN_FECHA)
            entrada.compress_type = zipfile.ZIP_DEFLATED
            entrada.external_attr = PERMISOS
            archivo.writestr(entrada, contenido)
    return memoria.getvalue()


def contenidos() -> dict[str, bytes]:
    """Lo que lleva, por su ruta dentro de la carpeta del proyecto."""
    dentro = {
        ruta.relative_to(RAIZ).as_posix(): ruta.read_bytes() for ruta in archivos()
    }
    return dentro | {LEEME.name: leeme(huella(dentro)).encode()}


def archivos() -> list[Path]:
    """Los archivos del proyecto que lleva, en orden; el LEEME se escribe con ellos."""
    todos = {*casa.archivos_del_lector(), *SNIPPETS.rglob("*.py"), RAIZ / "LICENSE"}
    return sorted(ruta for ruta in todos if not es_de_un_editor(ruta.relative_to(RAIZ)))


def huella(contenidos: dict[str, bytes]) -> str:
    """Lo que distingue un kit de otro: cambia si cambia cualquiera de sus archivos."""
    suma = sha256()
    for ruta, contenido in contenidos.items():
        suma.update(f"{ruta}\0{sha256(contenido).hexdigest()}\n".encode())
    return suma.hexdigest()[:8]


def leeme(huella: str) -> str:
    """El LEEME del kit: sus versiones y las órdenes de la página de instalación."""
    proyecto = tomllib.loads((RAIZ / "pyproject.toml").read_text("utf-8"))["project"]
    lista = (RAIZ / "requirements.txt").read_text("utf-8")
    minimo, *_, maximo = casa.pythons(RAIZ)
    return Template(LEEME.read_text("utf-8")).substitute(
        guia=proyecto["version"],
        prefect=re.search(r"^prefect==(\S+)", lista, re.MULTILINE)[1],
        huella=huella,
        carpeta=casa.NOMBRE,
        python_minimo=minimo,
        python_maximo=maximo,
        bash="\n".join(casa.ordenes_de_instalacion("bash")),
        powershell="\n".join(casa.ordenes_de_instalacion("powershell")),
    )
