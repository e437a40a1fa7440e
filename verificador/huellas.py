"""De qué depende lo que pasa al ejecutar una página, resumido en una huella.

Si no cambia, ejecutarla otra vez daría lo mismo. Se queda larga a propósito: repetir de más
solo cuesta tiempo, y de menos sería mentir. Lo que no está aquí no lo lee quien ejecuta, sino
quien juzga la prosa y lo publicado, que lee la guía entera: por eso el libro mayor se repasa
siempre (véase `memoria`). Quedan fuera la fecha, la red y los programas del sistema.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path

from motor.rutas import RAIZ, README
from verificador import casa, kit
from verificador.pagina import Pagina
from verificador.terminal import ENTORNO

# De aquí, cada página lee lo suyo; todo lo demás es de todas.
DE_CADA_UNA = ("docs", "snippets", "tests")


def huella(pagina: Pagina, comun: str) -> str:
    """Resume todo lo que lee quien ejecuta una página.

    Args:
        pagina: la página, leída.
        comun: el resumen de lo que leen todas; véase `de_todas`.
    """
    return resumir(lo_suyo(pagina), comun)


def de_todas() -> str:
    """Resume lo que hay ahora en lo que leen todas: código, datos, versiones, ajustes…"""
    ajustes = json.dumps(casa.ordenes_de_ajustes())
    return resumir(lo_comun(), entorno() + ajustes)


def lo_suyo(pagina: Pagina) -> set[Path]:
    """Los archivos que lee una página y no leen las demás.

    El README se ejecuta en una copia del proyecto entero, y quien solo tiene el kit, en él.
    """
    if pagina.ruta == README:
        carpetas = (casa.archivos(RAIZ / parte) for parte in DE_CADA_UNA)
        return {README, *chain.from_iterable(carpetas)}
    del_kit = kit.archivos() if pagina.verificacion.solo_kit else []
    return {pagina.ruta, *pagina.incluidos, *del_kit}


def lo_comun() -> set[Path]:
    """Los archivos de los que dependen todas: lo que no es de cada una y lo que usa el lector."""
    partes = {parte.name for parte in RAIZ.iterdir()}
    partes -= {*DE_CADA_UNA, *casa.NO_COPIAR(str(RAIZ), [*partes])}
    rutas = [RAIZ / parte for parte in (*partes, *casa.LO_QUE_USA_EL_LECTOR)]
    dentro = chain.from_iterable(casa.archivos(ruta) for ruta in rutas)
    return {*(ruta for ruta in rutas if ruta.is_file()), *dentro}


def resumir(archivos: Iterable[Path], mas: str) -> str:
    """Un resumen de unos archivos y de algo más: cambia si cambia algo de ellos.

    Args:
        archivos: se resume dónde están, qué dicen y si se pueden ejecutar.
        mas: un texto cualquiera.
    """
    suma = hashlib.sha256(mas.encode())
    for archivo in sorted(archivos):
        suma.update(os.fsencode(f"{archivo}\0{estado(archivo)}\n"))
    return suma.hexdigest()


def estado(archivo: Path) -> str:
    """El contenido de un archivo y si se puede ejecutar; vacío, si no se puede leer."""
    if not archivo.is_file():  # un enlace roto, que deja un editor; o una tubería
        return ""
    try:
        contenido = hashlib.sha256(archivo.read_bytes()).hexdigest()
    except OSError:
        return ""
    return f"{contenido} {os.access(archivo, os.X_OK)}"


@cache
def entorno() -> str:
    """El Python, el sistema, los paquetes instalados y lo que el lector hereda de aquí."""
    paquetes = sorted(f"{d.name}=={d.version}" for d in distributions())
    sistema = [sys.version, sys.prefix, platform.platform()]
    return json.dumps([*sistema, paquetes, sorted(ENTORNO.items())])
