"""Qué cambiaría en las páginas y qué se rompería con otras versiones, sin tocar nada.

Uso: python -m verificador.ordenes.canario [--con VERSIONES] [--python PYTHON] [página.md …]

Sin «--con», dos veces: con lo más nuevo que admite pyproject.toml y con lo más antiguo que
dice admitir. Con «--con», una: lo que hay en requirements.txt salvo eso. Cada vez resuelve e
instala en una copia de usar y tirar, escribe ahí las salidas que ya no son las de la página,
lanza las pruebas que no necesitan un navegador y cuenta la diferencia, página por página.

Termina con error si algo se rompe o no se puede instalar; no, si solo cambia lo que se enseña.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from motor.rutas import RAIZ
from verificador import casa
from verificador.ordenes import cambios, versiones
from verificador.ordenes.copia import (
    PAGINAS,
    SIN_FIGURAS,
    Copia,
    CopiaRota,
    avisar,
    copia_de,
    exigir_paginas,
)
from verificador.ordenes.roturas import Rotura

SIN_NAVEGADOR = ("-m", "not figuras and not respuestas")


@dataclass(frozen=True)
class Intento:
    """Con qué versiones probar.

    Attributes:
        nombre: cómo lo cuenta el informe.
        opciones: las de `uv pip compile`.
        con: los requisitos que mandan sobre los del proyecto.
    """

    nombre: str
    opciones: tuple[str, ...] = ()
    con: tuple[str, ...] = ()


NUEVAS = Intento("lo más nuevo que admite pyproject.toml", ("--upgrade",))
MINIMAS = Intento(
    "lo más antiguo que admite pyproject.toml",
    # Sin «--upgrade», uv prefiere lo que ya dice la lista.
    ("--upgrade", "--resolution=lowest-direct"),
)


def probar(
    intento: Intento, python: str, paginas: Sequence[str]
) -> dict[str, cambios.Hoja]:
    """Lo que cambia y lo que se rompe, por página, con unas versiones.

    Args:
        intento: cuáles.
        python: el intérprete, como se teclea.
        paginas: solo estas, con sus pruebas; ninguna, la guía entera y todas las pruebas.

    Raises:
        CopiaRota: si no se pueden resolver o instalar.
    """
    with copia_de(RAIZ) as copia:
        preparar(copia, intento, python)
        avisar("escribe las salidas que cambian")
        primera = copia.pytest(
            paginas or PAGINAS, *SIN_NAVEGADOR, "--actualizar-salidas"
        )
        avisar("lanza las pruebas")
        rotas = copia.pytest(con_sus_pruebas(paginas), *SIN_NAVEGADOR)
        return copia.hojas([*sin_final(primera), *rotas])


def preparar(copia: Copia, intento: Intento, python: str) -> None:
    """Resuelve e instala las versiones de un intento, y dice cuáles cambian."""
    avisar("resuelve las versiones")
    versiones.resolver(copia.raiz, *intento.opciones, con=intento.con)
    antes, despues = map(versiones.fijadas, (copia.antes, copia.raiz))
    for salto in versiones.saltos(antes, despues) or ["las mismas que en la lista"]:
        print(f"    {salto}", flush=True)
    avisar(f"las instala con «{python}»")
    copia.crear_entorno(python, SIN_FIGURAS)


def con_sus_pruebas(paginas: Sequence[str]) -> list[str]:
    """Unas páginas y los archivos de pruebas que se llaman como ellas."""
    nombres = (f"test_{Path(p).stem.replace('-', '_')}.py" for p in paginas)
    pruebas = (cambios.PRUEBAS / nombre for nombre in nombres)
    return [*paginas, *(str(p) for p in pruebas if (RAIZ / p).exists())]


def sin_final(rotas: Sequence[Rotura]) -> list[Rotura]:
    """De la primera vuelta, solo si no llegó al final: lo demás lo repite la segunda."""
    return [rotura for rotura in rotas if rotura.archivo == "pytest"]


def ver_pythons(intento: Intento) -> bool:
    """Dice en qué versiones de Python se puede instalar todo sin compilar nada."""
    avisar("mira en qué versiones de Python se instala todo")
    bien = True
    with copia_de(RAIZ) as copia:
        for python in casa.pythons(copia.raiz):
            motivo = versiones.sin_solucion(copia.raiz, python, *intento.opciones)
            bien = bien and not motivo
            sangrado = motivo.replace("\n", "\n    ")
            print(f"    Python {python}: {sangrado or 'sí'}", flush=True)
    return bien


def contar(intento: Intento, python: str, paginas: Sequence[str]) -> bool:
    """Prueba un intento e imprime su informe.

    Returns:
        Si todo se sostiene, aunque cambie lo que se enseña.
    """
    print(f"\n=== Con {intento.nombre}", flush=True)
    try:
        bien = bool(intento.con) or ver_pythons(intento)
        hojas = probar(intento, python, paginas)
    except CopiaRota as error:
        print(f"\nNo se puede probar con {intento.nombre}:\n{error}", flush=True)
        return False
    print(f"\n--- Con {intento.nombre}\n\n{cambios.a_texto(hojas)}", flush=True)
    return bien and not any(hoja.rompe for hoja in hojas.values())


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    opciones.add_argument("--con", default="", help="versiones exactas, con espacios")
    opciones.add_argument("--python", default=sys.executable, help="el intérprete")
    opciones.add_argument("paginas", nargs="*", metavar="página.md")
    elegidas = opciones.parse_args()
    exigir_paginas(elegidas.paginas)
    con = tuple(elegidas.con.split())
    intentos = [Intento(" ".join(con), con=con)] if con else [NUEVAS, MINIMAS]
    try:
        sostenidos = [
            contar(intento, elegidas.python, elegidas.paginas) for intento in intentos
        ]
    except KeyboardInterrupt:
        sys.exit("\nInterrumpido: no queda nada de lo que estaba probando.")
    sys.exit(not all(sostenidos))


if __name__ == "__main__":
    main()
