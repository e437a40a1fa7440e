"""La casa del lector: su carpeta del proyecto y los ajustes de Prefect que guardó al instalar.

Los ajustes son los que deja la orden de la página de instalación: no se copian aquí.
"""

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from motor.prefect_por_dentro import PERFILES
from motor.rutas import DOCS, RAIZ

NOMBRE = "guia-prefect"  # como la guía llama a la carpeta del proyecto
KIT = DOCS / "assets" / "prefect-kit.zip"  # esa carpeta, para descargarla de la web
INSTALACION = DOCS / "tutorial" / "instalacion.md"
LO_QUE_USA_EL_LECTOR = (
    "data",
    "motor",
    "calificador",
    "snippets/ejercicios",
    "requirements.txt",
)
PASOS_DE_INSTALACION = ("entorno", "instalar", "ajustes")
SECCION = re.MULTILINE | re.DOTALL
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


def pythons(raiz: Path) -> list[str]:
    """La primera versión de Python que admite el proyecto y las menores que la siguen.

    Args:
        raiz: la carpeta de pyproject.toml.
    """
    proyecto = tomllib.loads((raiz / "pyproject.toml").read_text("utf-8"))["project"]
    suelo, techo = re.fullmatch(
        r">=(3\.\d+\.\d+),<3\.(\d+)", proyecto["requires-python"]
    ).groups()
    return [suelo, *(f"3.{n}" for n in range(int(suelo.split(".")[1]) + 1, int(techo)))]


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


def ordenes_de_instalacion(lenguaje: str) -> list[str]:
    """Las órdenes con las que el lector instala, con la carpeta del proyecto ya abierta.

    Args:
        lenguaje: el de su terminal: `bash` o `powershell`. Donde la página no distingue,
            las mismas valen en las dos.

    Raises:
        ValueError: si a la página de instalación le falta alguna.
    """
    texto = INSTALACION.read_text("utf-8")
    ordenes = []
    for paso in PASOS_DE_INSTALACION:
        seccion = re.search(rf"^## .*{{ #{paso} }}$(.*?)(?=^## )", texto, SECCION)
        escritos = seccion[1] if seccion else ""
        bloques = dict(re.findall(r"^ *```(\w+)$(.*?)^ *```$", escritos, SECCION))
        if not (bloque := bloques.get(lenguaje) or bloques.get("bash")):
            raise ValueError(f"{INSTALACION.name}: sin órdenes en «{paso}»")
        ordenes += dedent(bloque).strip().splitlines()
    return ordenes


def archivos_del_lector() -> Iterator[Path]:
    """Los archivos que tiene el lector en su carpeta del proyecto."""
    for parte in LO_QUE_USA_EL_LECTOR:
        ruta = RAIZ / parte
        yield from archivos(ruta) if ruta.is_dir() else [ruta]


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
    for archivo in archivos_del_lector():
        copia = destino / archivo.relative_to(RAIZ)
        copia.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(archivo, copia)


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
