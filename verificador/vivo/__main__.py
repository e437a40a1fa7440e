"""Sirve la guía mientras se escribe.

Uso: python -m verificador.vivo [--direccion HOST:PUERTO] [--salidas] [--solo-leer]
"""

import argparse
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

from motor.guardian import Guardian
from motor.rutas import DATOS, DOCS, RAIZ, SNIPPETS
from verificador.plugin import aislar_prefect
from verificador.vivo.pizarra import Pizarra
from verificador.vivo.redaccion import Redaccion, Reinicio
from verificador.vivo.repeticion import Repetidor
from verificador.vivo.reserva import TallerConReserva
from verificador.vivo.servidor import Servidor
from verificador.vivo.web import Web

VIGILADAS = (
    DOCS,
    SNIPPETS,
    DATOS,
    *(RAIZ / n for n in ("overrides", "motor", "calificador", "verificador")),
)
# La misma carpeta que las pruebas: lo que una prepara le sirve a la otra.
CACHE = RAIZ / ".pytest_cache" / "d" / "guia-prefect"


def leer_opciones() -> argparse.Namespace:
    lector = argparse.ArgumentParser(prog="make escribir", description=__doc__)
    lector.add_argument("--direccion", default="127.0.0.1:8000", help="dónde se sirve")
    lector.add_argument(
        "--salidas", action="store_true", help="reescribe las salidas y los dibujos"
    )
    lector.add_argument("--solo-leer", action="store_true", help="no ejecuta nada")
    lector.add_argument(
        "--cache", type=Path, default=CACHE, help="lo que sobrevive de una vez a otra"
    )
    return lector.parse_args()


def atender_senales() -> None:
    """Todas se atienden como Ctrl+C, también si quien lo lanza lo dejó ignorado."""
    for nombre in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, nombre), signal.default_int_handler)


def preparar_avisos() -> None:
    """Los avisos de MkDocs, y lo que su servidor va haciendo."""
    logging.basicConfig(format="%(levelname)-7s -  %(message)s", stream=sys.stdout)
    logging.getLogger("mkdocs.livereload").setLevel(logging.INFO)


def servir(opciones: argparse.Namespace, carpeta: Path) -> None:
    """Sirve hasta que lo interrumpan.

    Raises:
        KeyboardInterrupt: cuando lo interrumpen.
        Reinicio: si ha cambiado el propio programa.
    """
    pizarra = Pizarra()
    web = Web(carpeta / "web", f"http://{opciones.direccion}/")
    redaccion = Redaccion(web, pizarra, actualizar=opciones.salidas)
    marcas = None if opciones.solo_leer else pizarra
    servidor = Servidor(web, marcas, redaccion.atender, redaccion.comprobar)
    web.construir()
    for vigilada in VIGILADAS:
        servidor.vigilar(vigilada)
    servidor.vigilar(RAIZ, recursive=False)
    try:
        if opciones.solo_leer:
            servidor.serve()
        else:
            repasar(opciones, redaccion, servidor)
    finally:
        servidor.shutdown()


def repasar(
    opciones: argparse.Namespace, redaccion: Redaccion, servidor: Servidor
) -> None:
    """Sirve y, en otro hilo, ejecuta."""
    opciones.cache.mkdir(parents=True, exist_ok=True)
    taller = TallerConReserva(opciones.cache, con_reserva=redaccion.necesita_servidor)
    repetidor = Repetidor(
        taller, redaccion.pizarra, redaccion.anotar, actualizar=opciones.salidas
    )
    redaccion.repetidor = repetidor
    try:
        aislar_prefect(taller.carpeta / "pruebas")
        repetidor.start()
        servidor.serve()
    finally:
        repetidor.cerrar()
        taller.cerrar()


def main() -> int:
    """Sirve la guía; 0 si lo detienen."""
    opciones = leer_opciones()
    atender_senales()
    preparar_avisos()
    carpeta = Path(tempfile.mkdtemp(prefix="guia-"))
    with Guardian(carpeta):
        try:
            servir(opciones, carpeta)
        except KeyboardInterrupt:
            print("\nHecho: no queda nada en marcha.", flush=True)
        except Reinicio:
            return os.EX_TEMPFAIL
    return 0


if __name__ == "__main__":
    codigo = main()
    if codigo == os.EX_TEMPFAIL:
        print("El verificador ha cambiado: se empieza otra vez con él.", flush=True)
        os.execv(
            sys.executable, [sys.executable, "-m", "verificador.vivo", *sys.argv[1:]]
        )
    os._exit(codigo)
