"""Las órdenes del calificador en la terminal."""

import argparse
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from calificador import consola as vista
from calificador import progreso
from calificador.correccion import corregir
from calificador.ejercicios import (
    RAIZ,
    Ejercicio,
    EjercicioDesconocido,
    buscar,
    leer_catalogo,
)
from calificador.practica import CARPETA
from calificador.servicio import Servicio, ServidorParado

BIEN, FALTA, MAL_PEDIDO, AVERIA, INTERRUMPIDO = 0, 1, 2, 3, 130
MIRADA_S = 0.3  # cada cuánto se mira si un archivo ha cambiado


class Analizador(argparse.ArgumentParser):
    """El de siempre, que solo habla inglés, con sus errores en español."""

    def error(self, message: str) -> NoReturn:
        del message
        orden = " ".join(sys.argv[1:])
        print(f"No entiendo «{orden}».\n\n{self.format_help()}", file=sys.stderr)
        sys.exit(MAL_PEDIDO)


class Formato(argparse.HelpFormatter):
    """La ayuda, con «Uso» en vez de «usage»."""

    def add_usage(self, usage, actions, groups, prefix="Uso: ") -> None:  # noqa: ANN001
        super().add_usage(usage, actions, groups, prefix)


def analizar(argumentos: Sequence[str] | None) -> argparse.Namespace:
    analizador = Analizador(
        prog="calificador",
        description="Comprueba tus ejercicios. Sin nada más, el siguiente pendiente.",
        formatter_class=Formato,
        add_help=False,
    )
    que = analizador.add_argument_group("Qué se comprueba")
    que.add_argument(
        "ejercicio", nargs="?", help="número o archivo: 3, 03-dependencias.py"
    )
    que.add_argument("--todos", action="store_true", help="los comprueba todos")
    que.add_argument(
        "--carpeta",
        type=Path,
        default=RAIZ / CARPETA,
        help=f"la tuya; si no, {CARPETA.as_posix()}",
    )
    que.add_argument(
        "--vigilar", action="store_true", help="lo repite cada vez que guardas"
    )
    otras = analizador.add_argument_group("Otras cosas que sabe hacer")
    otras.add_argument("--lista", action="store_true", help="enseña cuáles hay")
    otras.add_argument(
        "--pista",
        type=int,
        nargs="?",
        const=1,
        metavar="N",
        help="enseña las N primeras pistas",
    )
    otras.add_argument(
        "--empezar",
        action="store_true",
        help="copia a tu carpeta los archivos de partida que falten o estén vacíos",
    )
    otras.add_argument("-h", "--help", action="help", help="enseña esta ayuda")
    return analizador.parse_args(argumentos)


def main(argumentos: Sequence[str] | None = None) -> int:
    """Hace lo que se pide.

    Returns:
        0 si todo lo comprobado está bien; 1 si falta algo; 2 si lo pedido no existe; 3 si
        el calificador no puede trabajar; 130 si se interrumpe con Ctrl+C.
    """
    sys.stdout.reconfigure(errors="replace")  # hay terminales sin todas las letras
    pedido = analizar(argumentos)
    consola = Console(highlight=False)
    ejercicios = leer_catalogo()
    try:
        elegidos = elegir(pedido, ejercicios)
    except EjercicioDesconocido as error:
        consola.print(str(error), markup=False)
        return MAL_PEDIDO
    if pedido.empezar:
        empezar(consola, ejercicios, pedido.carpeta)
        return BIEN
    if pedido.lista:
        vista.mostrar_lista(consola, ejercicios, progreso.leer(pedido.carpeta))
        return BIEN
    if pedido.pista is not None:
        vista.mostrar_pistas(consola, elegidos[0], max(1, pedido.pista))
        return BIEN
    if not pedido.carpeta.is_dir():
        vista.mostrar_sin_carpeta(consola, pedido.carpeta)
        return MAL_PEDIDO
    return comprobar(consola, pedido, ejercicios)


def elegir(pedido: argparse.Namespace, ejercicios: list[Ejercicio]) -> list[Ejercicio]:
    """Los ejercicios que hay que comprobar.

    Raises:
        EjercicioDesconocido: si el pedido no existe.
    """
    if pedido.ejercicio:
        return [buscar(pedido.ejercicio)]
    if pedido.todos:
        return ejercicios
    hechos = progreso.leer(pedido.carpeta)
    pendientes = [e for e in ejercicios if e.nombre not in hechos]
    return (pendientes or ejercicios)[:1]


def empezar(consola: Console, ejercicios: list[Ejercicio], carpeta: Path) -> None:
    """Copia los archivos de partida, sin tocar los que ya tengan algo escrito."""
    carpeta.mkdir(parents=True, exist_ok=True)
    material = [f for e in ejercicios for f in e.comienzo.parent.glob("*.py")]
    faltan = [archivo for archivo in material if sin_empezar(carpeta / archivo.name)]
    for archivo in faltan:
        shutil.copy(archivo, carpeta)
    dicho = (
        f"{len(faltan)} archivos de partida en {carpeta}"
        if faltan
        else f"Ya tenías todos los archivos en {carpeta}: no he tocado ninguno."
    )
    consola.print(dicho, markup=False, soft_wrap=True)


def sin_empezar(archivo: Path) -> bool:
    """Si el estudiante no ha escrito nada en él."""
    return not archivo.exists() or not archivo.read_bytes().strip()


def comprobar(
    consola: Console, pedido: argparse.Namespace, ejercicios: list[Ejercicio]
) -> int:
    """Corrige los ejercicios y, si se pide, otra vez cada vez que el estudiante guarda."""
    interrumpir_con_orden()
    try:
        with Servicio() as servicio:
            while True:
                antes = huella(pedido.carpeta)
                elegidos = elegir(pedido, ejercicios)
                codigo = una_vuelta(consola, pedido.carpeta, elegidos, servicio)
                if not pedido.vigilar:
                    return codigo
                consola.print("\nVigilando tu carpeta; Ctrl+C para terminar.")
                while huella(pedido.carpeta) == antes:
                    time.sleep(MIRADA_S)
                consola.print(f"\n[dim]A las {time.strftime('%H:%M:%S')}[/]", end="")
    except ServidorParado as error:
        consola.print(f"El servidor de Prefect no arranca:\n{error}", markup=False)
        return AVERIA
    except KeyboardInterrupt:
        consola.print("\nHasta luego.")
        return BIEN if pedido.vigilar else INTERRUMPIDO


def interrumpir_con_orden() -> None:
    """Que cerrar la terminal también detenga lo que esté en marcha, como Ctrl+C."""
    for nombre in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, nombre):  # Windows no tiene SIGHUP
            signal.signal(getattr(signal, nombre), signal.default_int_handler)


def una_vuelta(
    consola: Console, carpeta: Path, elegidos: list[Ejercicio], servicio: Servicio
) -> int:
    """Corrige los ejercicios una vez y apunta el progreso."""
    aprobados = []
    hechos = progreso.leer(carpeta)
    for ejercicio in elegidos:
        vista.anunciar(consola, ejercicio)
        with vista.espera(consola, arrancando=not servicio.en_marcha):
            correccion = corregir(
                ejercicio, carpeta, servicio, partial(vista.mostrar_punto, consola)
            )
        vista.mostrar_tropiezo(consola, correccion)
        aprobados.append(correccion.aprobado)
        hechos = progreso.apuntar(carpeta, ejercicio.nombre, correccion.aprobado)
    vista.mostrar_progreso(consola, leer_catalogo(), hechos)
    return BIEN if all(aprobados) else FALTA


def huella(carpeta: Path) -> dict[Path, int]:
    """Cuándo se guardó por última vez cada archivo de Python."""
    return {archivo: archivo.stat().st_mtime_ns for archivo in carpeta.glob("*.py")}
