"""Pone al día la guía en una copia y, solo si todo sale bien, la trae de vuelta.

Uso: python -m verificador.ordenes.actualizar [página.md …]

Sin páginas, todo: las versiones de los paquetes, las salidas, los números de la prosa, los
dibujos y las capturas. Con páginas, solo ellas y con las versiones que hay. Necesita lo de
dibujar y fotografiar. Acaba con la lista de páginas que hay que volver a leer; si algo falla,
dice qué y el proyecto queda como estaba.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence

from motor.rutas import RAIZ
from verificador.casa import INSTALACION
from verificador.escritura import escribir_juntos
from verificador.ordenes import cambios, roturas, versiones
from verificador.ordenes.copia import (
    LISTAS,
    PAGINAS,
    Copia,
    CopiaRota,
    avisar,
    copia_de,
    exigir_paginas,
)
from verificador.origen import relativa

# En qué sistemas se instala la lista: pregunta por cada uno a quien la sirve.
TABLA = "tests/paginas/test_instalacion.py::test_la_tabla_de_sistemas_es_la_de_la_lista"
ACTUALIZANDO = ("-m", "", "--actualizar-salidas")
INTACTO = "El proyecto queda como estaba."


def actualizar(pedidas: Sequence[str]) -> str:
    """Hace la actualización.

    Args:
        pedidas: solo estas páginas, con las versiones que hay; ninguna, todo.

    Returns:
        El informe de lo que ha cambiado.

    Raises:
        CopiaRota: si algo no sale bien; no se ha cambiado nada.
    """
    with copia_de(RAIZ) as copia:
        if not pedidas:
            renovar_versiones(copia)
        avisar("ejecuta y escribe lo que ya no es igual")
        rotas = copia.pytest(pedidas or PAGINAS, *ACTUALIZANDO)
        if not pedidas:
            avisar("mira en qué sistemas se instala la lista nueva")
            rotas += copia.pytest([TABLA], *ACTUALIZANDO, CI="1")
        if rotas:
            raise CopiaRota(f"{cambios.a_texto(copia.hojas(rotas))}\n{REMEDIO}")
        informe = informar(copia)
        traer(copia)
    return informe


REMEDIO = (
    "Qué hacer: corrige esas páginas y repite. Si lo que falla es una versión nueva, «make "
    "lock» la instala en la próxima orden, y «make salidas» reescribe lo que salga bien."
)


def renovar_versiones(copia: Copia) -> None:
    """Resuelve lo más nuevo, lo instala en la copia y lo dice donde la guía lo nombra."""
    avisar("resuelve e instala las versiones más nuevas")
    versiones.resolver(copia.raiz, "--upgrade")
    copia.crear_entorno(sys.executable, LISTAS)
    pagina = copia.raiz / relativa(INSTALACION)
    uv = f"uv=={versiones.fijadas(copia.raiz)['uv']}"
    escrito = pagina.read_text("utf-8")
    pagina.write_text(re.sub(r"\buv==[\d.]+", uv, escrito), "utf-8")


def informar(copia: Copia) -> str:
    """Lo que ha cambiado, qué páginas hay que volver a leer y lo que ya no sostienen."""
    hojas = copia.hojas()
    leer = [pagina for pagina in hojas if pagina.split("/")[0] in PAGINAS]
    antes, despues = map(versiones.fijadas, (copia.antes, copia.raiz))
    partes = [*versiones.saltos(antes, despues), ""]
    partes += [f"{pagina}\n{hoja}\n" for pagina, hoja in hojas.items()]
    partes += ["Páginas que leer de nuevo:", *(f"  {pagina}" for pagina in leer)]
    if not leer:
        partes[-1] = "Ninguna página enseña otra cosa."
    if dudas := insostenible(copia, leer):
        partes += ["", "Lo que su texto dice y ya no se sostiene:", *dudas]
    return "\n".join(partes)


def insostenible(copia: Copia, leer: Sequence[str]) -> list[str]:
    """Las frases de unas páginas que han perdido su prueba, según las versiones nuevas."""
    if not leer:
        return []
    orden = [copia.python, "-m", "verificador.prosa", *leer]
    juicio = subprocess.run(orden, cwd=copia.raiz, capture_output=True, text=True)
    return [f"  {duda['que']}" for duda in roturas.PROBLEMA.finditer(juicio.stdout)]


def traer(copia: Copia) -> None:
    """Lleva al proyecto lo que ha cambiado en la copia: o todo, o nada.

    Raises:
        CopiaRota: si alguien ha cambiado el proyecto mientras tanto.
    """
    if ajenos := copia.ajenos():
        nombres = ", ".join(map(str, ajenos))
        raise CopiaRota(
            f"mientras se actualizaba, alguien ha cambiado {nombres}.\n"
            "Qué hacer: repite la orden; lo que haya que actualizar depende de ese cambio."
        )
    escribir_juntos(
        {
            copia.original / ruta: (copia.raiz / ruta).read_bytes()
            for ruta in copia.cambiados()
        }
    )


def main() -> None:
    opciones = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    opciones.add_argument("paginas", nargs="*", metavar="página.md")
    pedidas = opciones.parse_args().paginas
    exigir_paginas(pedidas)
    try:
        informe = actualizar(pedidas)
    except (CopiaRota, OSError) as error:
        sys.exit(f"\n{error}\n{INTACTO}")
    except KeyboardInterrupt:
        sys.exit("\nInterrumpido: o ha cambiado todo o nada; «git status» lo dice.")
    print(f"\n{informe}\n\nRevisa el cambio con «git diff» y compruébalo: «make test».")


if __name__ == "__main__":
    main()
