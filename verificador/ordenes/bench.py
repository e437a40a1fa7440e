"""Cuánto cuesta repartir: mide el mismo informe con cada motor y pone al día su página.

Uso: python -m verificador.ordenes.bench [--filas N …] [--motores M …] [--solo-medir]

Ejecuta los programas de la guía como un lector, en una carpeta temporal (la de TMPDIR) que
desaparece al terminar, y escribe al final `snippets/escala/medir/`, con sus tablas y sus
gráficas, y los números de `docs/escala/medir.md`: si algo falla antes, no cambia nada. Con
menos motores no escribe: la página los compara todos. No es una prueba: no falla por lento.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motor.guardian import Guardian
from verificador.banco import publicado
from verificador.banco.arbol import ProgramaRoto
from verificador.banco.medicion import CRUCE, FILAS, MOTORES, Banco, BancoRoto
from verificador.figuras import grafica
from verificador.figuras.lienzo import HerramientaAusente
from verificador.ordenes.copia import avisar
from verificador.taller import TallerFrio


@contextmanager
def banco() -> Iterator[Banco]:
    """Un banco con su servidor, en una carpeta que desaparece pase lo que pase."""
    carpeta = Path(tempfile.mkdtemp(prefix="guia-"))
    with Guardian(carpeta):
        cache = carpeta / "cache"
        cache.mkdir()
        taller = TallerFrio(cache)
        try:
            yield Banco(taller.terminal(), avisar)
        finally:
            taller.cerrar()


def leer_lo_pedido() -> argparse.Namespace:
    pide = argparse.ArgumentParser(description="Cuánto cuesta repartir.")
    pide.add_argument("--filas", type=int, nargs="+", default=FILAS)
    pide.add_argument("--motores", nargs="+", choices=MOTORES, default=list(MOTORES))
    pide.add_argument("--solo-medir", action="store_true", help="imprime y no escribe")
    return pide.parse_args()


def main() -> None:
    pedido = leer_lo_pedido()
    motores = {
        nombre: MOTORES[nombre] for nombre in MOTORES if nombre in pedido.motores
    }
    try:
        grafica.lapiz()  # si no se va a poder dibujar, mejor saberlo antes de medir
        with banco() as propio:
            medido = propio.medir(pedido.filas, motores)
            if pedido.solo_medir or len(motores) < len(MOTORES):
                print(medido.publicar())
                return
            archivo = propio.terminal.carpeta / publicado.ARCHIVO
            archivo.write_text(medido.publicar(), "utf-8")
            cruce = propio.ejecutar(CRUCE).salida
        publicado.publicar(publicado.generados(medido, cruce))
    except (BancoRoto, ProgramaRoto, HerramientaAusente) as error:
        sys.exit(f"{error}\nNo se ha cambiado nada.")
    avisar(f"hecho: {publicado.CARPETA} y {publicado.PAGINA}")


if __name__ == "__main__":
    main()
