"""La casa del lector: su carpeta del proyecto y los ajustes de Prefect que guardó al instalar.

Los ajustes son los que deja la orden de la página de instalación: no se copian aquí.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from motor.prefect_por_dentro import PERFILES
from motor.rutas import DOCS, RAIZ

INSTALACION = DOCS / "tutorial" / "instalacion.md"
LO_QUE_USA_EL_LECTOR = (
    "data",
    "motor",
    "calificador",
    "snippets/ejercicios",
    "requirements.txt",
)
NO_COPIAR = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "site",
    "output",
    "05_pipelines",
)


def orden_de_ajustes() -> str:
    """La orden con la que el lector guarda sus ajustes, una vez, al instalar.

    Raises:
        ValueError: si la página de instalación no la trae, o trae más de una.
    """
    ordenes = ordenes_de_ajustes()
    if len(ordenes) != 1:
        raise ValueError(f"{INSTALACION.name}: {len(ordenes)} «prefect config set»")
    return ordenes[0]


def ordenes_de_ajustes() -> list[str]:
    """Las órdenes de la página de instalación que guardan ajustes."""
    texto = INSTALACION.read_text("utf-8") if INSTALACION.is_file() else ""
    return re.findall(r"^prefect config set .+$", texto, re.MULTILINE)


def preparar_proyecto(destino: Path, *, entero: bool) -> None:
    """Deja la carpeta del proyecto como la tiene el lector.

    Args:
        destino: dónde.
        entero: si la quiere con todo y listo para `make`, como tras clonarlo.
    """
    if entero:
        shutil.copytree(RAIZ, destino, ignore=NO_COPIAR)
        enlazar_entorno(destino / ".venv")
        return
    for parte in LO_QUE_USA_EL_LECTOR:
        if (RAIZ / parte).is_dir():
            shutil.copytree(RAIZ / parte, destino / parte, ignore=NO_COPIAR)
        else:
            shutil.copy(RAIZ / parte, destino / parte)


def archivos(carpeta: Path) -> Iterator[Path]:
    """Los archivos que se copiarían de una carpeta."""
    for aqui, carpetas, nombres in os.walk(carpeta, followlinks=True):
        sobran = NO_COPIAR(aqui, [*carpetas, *nombres])
        carpetas[:] = [c for c in carpetas if c not in sobran]
        yield from (Path(aqui, nombre) for nombre in nombres if nombre not in sobran)


def enlazar_entorno(entorno: Path) -> None:
    """El entorno virtual de las pruebas, enlazado y al día: no hay que reinstalarlo."""
    entorno.mkdir()
    for parte in Path(sys.prefix).iterdir():
        (entorno / parte.name).symlink_to(parte)
    (entorno / "al-dia").unlink(missing_ok=True)
    (entorno / "al-dia").touch()


def preparar_prefect(ajustes: Path, instalada: Path | None, api: str | None) -> None:
    """Deja la carpeta `.prefect` como la tiene el lector.

    Args:
        ajustes: dónde.
        instalada: como quedó al instalar; nada, si el lector aún no lo ha hecho.
        api: la dirección de su servidor, si ya la ha apuntado en su perfil.
    """
    if not instalada:
        return
    shutil.copytree(instalada, ajustes)
    if api:
        with (ajustes / PERFILES).open("a", encoding="utf-8") as perfiles:
            perfiles.write(f'\nPREFECT_API_URL = "{api}"\n')
