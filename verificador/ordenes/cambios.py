"""Qué cambia y qué se rompe entre dos copias del proyecto, página por página."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from verificador import salidas
from verificador.figuras.clases import ClaseDeFigura
from verificador.ordenes.indice import Indice
from verificador.ordenes.roturas import Rotura
from verificador.repaso import ORDEN_DE_ACTUALIZAR

SE_MIRA = (*ClaseDeFigura, ".svg", ".webp", ".zip")  # sus líneas no dicen nada a nadie
LINEAS = 20  # de cada archivo; para verlas todas está «git diff»
PRUEBAS = Path("tests", "paginas")


@dataclass
class Hoja:
    """Lo que hay que saber de una página.

    Attributes:
        cambia: de cada archivo que enseña y no es igual, las líneas que cambian.
        rompe: lo que deja de funcionar, una línea por bloque o prueba.
        repite: lo que volvería a dibujar o fotografiar una actualización.
    """

    cambia: dict[str, list[str]] = field(default_factory=dict)
    rompe: list[str] = field(default_factory=list)
    repite: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lineas = []
        for archivo, cambios in self.cambia.items():
            lineas += [f"  cambia {archivo}", *(f"      {li}" for li in cambios)]
        lineas += [f"  cambia {que}" for que in self.repite]
        lineas += [f"  rompe  {que}" for que in self.rompe]
        return "\n".join(lineas)


def comparar(antes: Path, despues: Path, archivo: Path, indice: Indice) -> list[str]:
    """Las líneas que cambian de un archivo, con lo variable tapado como en las pruebas.

    Args:
        antes, despues: las dos raíces.
        archivo: desde la raíz.
        indice: de la segunda.
    """
    if archivo.name.endswith(SE_MIRA):
        return []
    textos = [leer(raiz / archivo) for raiz in (antes, despues)]
    if como := indice.salidas.get(archivo.as_posix()):
        diferencia = salidas.diferencia(
            *textos, sin_orden=como.sin_orden, declarados=como.declarados
        ).splitlines()
    else:
        lineas = [texto.splitlines() for texto in textos]
        diferencia = difflib.unified_diff(*lineas, n=0, lineterm="")
    return recortar([li for li in [*diferencia][2:] if li[:1] in "+-"])


def leer(ruta: Path) -> str:
    """El texto de un archivo; vacío, si no está."""
    return ruta.read_text("utf-8", "replace") if ruta.is_file() else ""


def recortar(lineas: list[str]) -> list[str]:
    """Las primeras líneas y cuántas quedan."""
    sobran = len(lineas) - LINEAS
    return [*lineas[:LINEAS], f"… y {sobran} líneas más"] if sobran > 0 else lineas


def por_pagina(
    cambios: dict[str, list[str]], roturas: Iterable[Rotura], indice: Indice
) -> dict[str, Hoja]:
    """Reparte lo que cambia y lo que se rompe entre las páginas que lo enseñan.

    Args:
        cambios: de cada archivo que cambia, sus líneas.
        roturas: lo que no pasa.
        indice: qué archivos enseña cada página.

    Returns:
        Una hoja por página con algo que decir; lo que no es de ninguna, a su propio nombre.
    """
    hojas: dict[str, Hoja] = defaultdict(Hoja)
    for archivo, lineas in cambios.items():
        if archivo in indice.salidas and not lineas:
            continue  # es la de otra ejecución: solo cambia lo que varía en cada una
        for pagina in indice.que_ensenan(archivo) or [archivo]:
            hojas[pagina].cambia[archivo] = lineas
    for rotura in roturas:
        hoja = hojas[pagina_de(rotura.archivo, indice)]
        if es_de_repetir(rotura):
            hoja.repite.append(rotura.motivo)
        else:
            hoja.rompe.append(str(rotura))
    return dict(sorted(hojas.items()))


def pagina_de(archivo: str, indice: Indice) -> str:
    """La página de un archivo de pruebas que se llama como ella; si no la hay, él mismo."""
    ruta = Path(archivo)
    if ruta.parent != PRUEBAS:
        return archivo
    propio = ruta.stem.removeprefix("test_").replace("_", "-")
    return next((p for p in indice.paginas if Path(p).stem == propio), archivo)


def es_de_repetir(rotura: Rotura) -> bool:
    """Si es una figura que una actualización haría de nuevo.

    Una salida no lo es: se acaba de escribir, y si ya es otra es que varía.
    """
    figura = any(texto in rotura.motivo for texto in (": la figura ", ": captura "))
    return figura and ORDEN_DE_ACTUALIZAR in rotura.remedio


def a_texto(hojas: dict[str, Hoja]) -> str:
    """El informe: las páginas con lo suyo y el total."""
    cambian = sum(bool(h.cambia or h.repite) for h in hojas.values())
    rompen = sum(bool(h.rompe) for h in hojas.values())
    partes = [f"{pagina}\n{hoja}" for pagina, hoja in hojas.items()]
    return "\n\n".join([*partes, f"Cambian {cambian} y se rompen {rompen}."])
