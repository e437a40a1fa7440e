"""Las órdenes del calificador en la terminal."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, NoReturn

from rich.console import Console

from calificador import consola as vista
from calificador import progreso
from calificador.averias import Averia, Codigo
from calificador.clase.orden import SinEntregas, corregir_clase
from calificador.correccion import corregir
from calificador.despues import mostrar_dibujo, mostrar_solucion, ofrecer
from calificador.ejercicios import (
    Ejercicio,
    EjercicioDesconocido,
    buscar,
    leer_catalogo,
)
from calificador.informe import en_json
from calificador.interrupciones import Interrupciones
from calificador.rendicion import rendirse
from calificador.servicio import Servicio
from calificador.terminal import Salida, ancho, decir_error, preparar_flujos
from calificador.terminal import consola as abrir_consola
from calificador.veredicto import Correccion
from calificador.vigilancia import Huella, ha_cambiado, huella, usados
from motor.rutas import CARPETA, RAIZ

NOMBRE_MAXIMO, RUTA_MAXIMA = 255, 3000  # bytes
MIRADA_S = 0.3  # cada cuánto se mira si un archivo ha cambiado


class MalPedido(Exception):
    """Lo que se pide no existe; el mensaje dice qué hay."""


class Analizador(argparse.ArgumentParser):
    """El de siempre, que solo habla inglés, con sus errores en español."""

    def error(self, message: str) -> NoReturn:
        del message
        decir_error(f"No entiendo «{' '.join(sys.argv[1:])}».\n\n{self.format_help()}")
        sys.exit(Codigo.MAL_PEDIDO)

    def print_help(self, file: IO[str] | None = None) -> None:
        """Como siempre, pero sin callarse si no se puede escribir."""
        (file or Salida()).write(self.format_help())


class Formato(argparse.RawDescriptionHelpFormatter):
    """La ayuda, con «Uso» en vez de «usage»."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=ancho() - 2)

    def add_usage(self, usage, actions, groups, prefix="Uso: ") -> None:  # noqa: ANN001
        super().add_usage(usage, actions, groups, prefix)


def ruta(texto: str) -> Path:
    """La de una carpeta.

    Raises:
        ValueError: si ningún sistema admite un nombre así.
    """
    partes = Path(texto).parts
    if len(texto) > RUTA_MAXIMA or any(
        len(os.fsencode(p)) > NOMBRE_MAXIMO for p in partes
    ):
        raise ValueError
    return Path(texto)


def analizar(argumentos: Sequence[str] | None) -> argparse.Namespace:
    analizador = Analizador(
        prog="calificador",
        description="Comprueba tus ejercicios. Sin nada más, el siguiente pendiente.",
        epilog="Termina con el código:\n"
        + "\n".join(f"  {codigo:<4d}{codigo.significado}" for codigo in Codigo),
        formatter_class=Formato,
        add_help=False,
    )
    que = analizador.add_argument_group("Qué se comprueba")
    que.add_argument(
        "ejercicio", nargs="?", help="número o archivo: 3, 05-dependencias.py"
    )
    que.add_argument("--todos", action="store_true", help="los comprueba todos")
    que.add_argument(
        "--carpeta",
        type=ruta,
        default=RAIZ / CARPETA,
        help=f"la tuya; si no, {CARPETA.as_posix()}",
    )
    que.add_argument(
        "--vigilar", action="store_true", help="lo repite cada vez que guardas"
    )
    que.add_argument(
        "--json", action="store_true", help="lo dice en JSON, para otro programa"
    )
    que.add_argument(
        "--clase",
        type=ruta,
        metavar="CARPETA",
        help="comprueba a una clase: una carpeta o un .zip por estudiante",
    )
    que.add_argument(
        "--dibujo", action="store_true", help="dibuja lo que ha ejecutado tu programa"
    )
    que.add_argument(
        "--solucion",
        action="store_true",
        help="si está bien, lo compara con la solución",
    )
    otras = analizador.add_argument_group("Otras cosas que sabe hacer")
    otras.add_argument("--lista", action="store_true", help="muestra cuáles hay")
    otras.add_argument(
        "--pista",
        type=int,
        nargs="?",
        const=1,
        metavar="N",
        help="muestra las N primeras pistas",
    )
    otras.add_argument(
        "--empezar",
        action="store_true",
        help="copia a tu carpeta los archivos de partida que falten o estén vacíos",
    )
    otras.add_argument(
        "--reiniciar",
        action="store_true",
        help="devuelve el archivo de partida y guarda una copia fechada del tuyo",
    )
    otras.add_argument("-h", "--help", action="help", help="muestra esta ayuda")
    return analizador.parse_args(argumentos)


def main(argumentos: Sequence[str] | None = None) -> int:
    """Hace lo que se pide; pase lo que pase, sin una traza.

    Returns:
        Uno de los códigos de `averias.Codigo`.
    """
    preparar_flujos()
    with Interrupciones() as interrupciones:
        try:
            codigo = obedecer(argumentos, interrupciones)
            Salida().flush()
        except SystemExit as salida:  # quien leía ya no está
            codigo = salida.code
        except BaseException as error:
            # Al detenerse se cierra todo de golpe, y cualquier cosa puede fallar.
            if interrupciones.llegada or not isinstance(error, Exception):
                return Codigo.INTERRUMPIDO
            codigo = rendirse(error)
    return codigo


def obedecer(
    argumentos: Sequence[str] | None, interrupciones: Interrupciones
) -> Codigo:
    """Hace lo que se pide.

    Raises:
        Averia: si no puede trabajar.
        OSError: si el sistema no le deja.
    """
    try:
        pedido = analizar(argumentos)
    except SystemExit as salida:  # --help, o una orden que no se entiende
        return Codigo(salida.code or Codigo.BIEN)
    consola = abrir_consola()
    ejercicios = leer_catalogo()
    try:
        elegidos = elegir(pedido, ejercicios)
        if pedido.empezar:
            return empezar(consola, ejercicios, pedido.carpeta)
        if pedido.lista:
            vista.mostrar_lista(consola, ejercicios, progreso.leer(pedido.carpeta))
            return Codigo.BIEN
        if pedido.pista is not None:
            return dar_pistas(consola, elegidos[0], pedido.pista)
        if pedido.reiniciar:
            return reiniciar(consola, pedido)
        if pedido.clase:
            return comprobar_clase(consola, pedido, interrupciones)
        exigir_carpeta(pedido.carpeta)
        exigir_que_encaje(pedido)
    except (EjercicioDesconocido, MalPedido) as error:
        consola.print(str(error), markup=False, soft_wrap=True)
        return Codigo.MAL_PEDIDO
    donde = Console(quiet=True) if pedido.json else consola
    return comprobar(donde, pedido, ejercicios, interrupciones)


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


def exigir_carpeta(carpeta: Path) -> None:
    """Comprueba que hay una carpeta que corregir.

    Raises:
        MalPedido: si no la hay.
    """
    if not carpeta.exists():
        raise MalPedido(
            f"No encuentro la carpeta «{carpeta}». Con --empezar la creo y dejo en ella los "
            "archivos de partida."
        )
    if not carpeta.is_dir():
        raise MalPedido(
            f"«{carpeta}» no es una carpeta. Con --carpeta se dice dónde están tus archivos."
        )


def exigir_que_encaje(pedido: argparse.Namespace) -> None:
    """Comprueba que lo pedido se puede hacer a la vez.

    Raises:
        MalPedido: si no.
    """
    if pedido.json and pedido.vigilar:
        raise MalPedido("--json no puede vigilar: elige una de las dos opciones.")
    if pedido.json and (pedido.dibujo or pedido.solucion):
        raise MalPedido("--json no dibuja ni compara: quítalo para ver lo demás.")
    if pedido.solucion and not pedido.ejercicio:
        raise MalPedido("Di qué ejercicio: por ejemplo, 3 --solucion.")


def dar_pistas(consola: Console, ejercicio: Ejercicio, cuantas: int) -> Codigo:
    """Enseña las primeras pistas, si hay tantas: pedir de más no las descubre todas.

    Raises:
        MalPedido: si no las hay.
    """
    hay = len(ejercicio.pistas)
    if not 1 <= cuantas <= hay:
        raise MalPedido(
            f"No hay una pista {cuantas}: el ejercicio {ejercicio.numero} tiene {hay}. La "
            "primera es --pista 1."
        )
    vista.mostrar_pistas(consola, ejercicio, cuantas)
    return Codigo.BIEN


def empezar(consola: Console, ejercicios: list[Ejercicio], carpeta: Path) -> Codigo:
    """Copia los archivos de partida, sin tocar los que ya tengan algo escrito.

    Raises:
        MalPedido: si no es una carpeta.
        OSError: si no se puede escribir en ella.
    """
    try:
        carpeta.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise MalPedido(
            f"«{carpeta}» no puede ser una carpeta: ahí hay un archivo. Di otra con --carpeta."
        ) from None
    material = [
        archivo
        for e in ejercicios
        for archivo in sorted(e.comienzo.parent.glob("*.py"))
        if archivo != e.comienzo or e.archivo_en(carpeta) == e.archivo
    ]
    faltan = [archivo for archivo in material if sin_empezar(carpeta / archivo.name)]
    for archivo in faltan:
        shutil.copyfile(archivo, carpeta / archivo.name)
    auxiliares = {
        archivo.name: e.numero
        for e in ejercicios
        for archivo in material
        if archivo.parent == e.comienzo.parent and archivo != e.comienzo
    }
    otros = [a.name for a in material if a.name in auxiliares and es_otro(a, carpeta)]
    copiados = [archivo.name for archivo in faltan]
    vista.mostrar_partida(consola, copiados, otros, auxiliares, carpeta)
    return Codigo.BIEN


def es_otro(archivo: Path, carpeta: Path) -> bool:
    """Si con el nombre de un archivo que no se cambia hay otra cosa, blancos aparte."""
    suyo = carpeta / archivo.name
    with suppress(OSError):  # lo que no se puede leer no es el nuestro
        if suyo.is_file():
            return suyo.read_bytes().split() != archivo.read_bytes().split()
    return True


def reiniciar(consola: Console, pedido: argparse.Namespace) -> Codigo:
    """Devuelve el archivo de partida de un ejercicio; el del estudiante queda al lado.

    Raises:
        MalPedido: si no se dice cuál, o no hay nada que reiniciar.
        OSError: si no se puede escribir en su carpeta.
    """
    if not pedido.ejercicio:
        raise MalPedido("Di qué ejercicio: por ejemplo, --reiniciar 3.")
    ejercicio = buscar(pedido.ejercicio)
    suyo = pedido.carpeta / ejercicio.archivo_en(pedido.carpeta)
    if not suyo.is_file():
        raise MalPedido(f"No encuentro «{suyo}». Con --empezar te doy el de partida.")
    copia = suyo.with_name(f"{suyo.stem}.{time.strftime('%Y-%m-%d-%H%M%S')}.py")
    suyo.rename(copia)
    shutil.copyfile(ejercicio.comienzo, suyo)
    consola.print(
        f"{suyo.name} vuelve a ser el de partida. El tuyo está en {copia.name}.",
        markup=False,
        soft_wrap=True,
    )
    return Codigo.BIEN


def comprobar_clase(
    consola: Console, pedido: argparse.Namespace, interrupciones: Interrupciones
) -> Codigo:
    """Corrige a una clase y deja sus notas en la carpeta de la clase.

    Raises:
        MalPedido: si no hay nadie en ella.
        Averia: si el calificador no puede trabajar.
        OSError: si el sistema no le deja.
    """
    ejercicios = [buscar(pedido.ejercicio)] if pedido.ejercicio else leer_catalogo()
    clase = pedido.clase.absolute()
    exigir_otra_carpeta_temporal(clase)
    try:
        return corregir_clase(
            consola, clase, ejercicios, partial(preparar, interrupciones)
        )
    except SinEntregas:
        raise MalPedido(
            f"En «{pedido.clase}» no hay nadie: espero una carpeta, un .zip o un .tar.gz por "
            "estudiante, con su nombre."
        ) from None


def sin_empezar(archivo: Path) -> bool:
    """Si el estudiante no ha escrito nada en él; lo que no es un archivo no se toca."""
    if not archivo.is_file():
        return not archivo.exists() and not archivo.is_symlink()
    with suppress(PermissionError):  # quien le quitó el permiso lo escribió antes
        return not archivo.read_bytes().strip()
    return False


def comprobar(
    consola: Console,
    pedido: argparse.Namespace,
    ejercicios: list[Ejercicio],
    interrupciones: Interrupciones,
) -> Codigo:
    """Corrige los ejercicios y, si se pide, otra vez cada vez que el estudiante guarda."""
    carpeta = pedido.carpeta = pedido.carpeta.absolute()  # se va a cambiar de carpeta
    exigir_otra_carpeta_temporal(carpeta)
    try:
        with Servicio() as servicio:
            preparar(interrupciones, servicio)
            while True:
                antes = huella(carpeta, usados(carpeta, ejercicios))
                elegidos = elegir(pedido, ejercicios)
                if not pedido.vigilar:
                    hechas = una_vuelta(consola, pedido, elegidos, servicio)
                    if pedido.json:
                        Salida().write(en_json(hechas))
                    bien = all(hecha.aprobado for hecha in hechas)
                    return Codigo.BIEN if bien else Codigo.FALTA
                try:
                    una_vuelta(consola, pedido, elegidos, servicio)
                except (Averia, OSError) as error:
                    rendirse(error)  # quizá se arregle mientras se vigila
                consola.print("\nVigilando tu carpeta; Ctrl+C para terminar.")
                esperar_cambio(carpeta, antes, elegidos + elegir(pedido, ejercicios))
                consola.print(f"\n[dim]A las {time.strftime('%H:%M:%S')}[/]", end="")
    except BaseException:
        if not interrupciones.llegada:
            raise
    consola.print("Hasta luego.")
    return Codigo.BIEN if pedido.vigilar else Codigo.INTERRUMPIDO


def preparar(interrupciones: Interrupciones, servicio: Servicio) -> None:
    """Antes de usarlo: que una interrupción lo detenga, y que nada del estudiante lo toque."""
    interrupciones.al_llegar = servicio.abandonar
    aislarse(servicio)


def aislarse(servicio: Servicio) -> None:
    """Aparta este proceso de los ajustes del estudiante.

    Prefect los lee al importarse: del entorno y de la carpeta actual (`.env`, `prefect.toml`).
    """
    propio = servicio.entorno  # antes de vaciar el de este proceso: sale de él
    os.environ.clear()
    os.environ.update(propio)
    os.chdir(servicio.carpeta.anchor)


def exigir_otra_carpeta_temporal(carpeta: Path) -> None:
    """Si no hay ninguna en la que escribir, Python ofrece la actual: quizá esta.

    Raises:
        Averia: si habría que trabajar en la carpeta del estudiante.
    """
    with suppress(FileNotFoundError):  # no hay ninguna: lo explica quien la usa
        if Path(tempfile.gettempdir()).resolve() == carpeta.resolve():
            raise Averia(
                "No encuentro otra carpeta temporal que la tuya, y en la tuya no escribo.",
                "Define TMPDIR (en Windows, TEMP) con otra y vuelve a probar.",
            )


def esperar_cambio(carpeta: Path, antes: Huella, ejercicios: list[Ejercicio]) -> None:
    """Espera a que cambie algún archivo de los que usan esos ejercicios.

    Args:
        carpeta: la del estudiante.
        antes: cómo estaban al empezar a corregir; uno que no sale aquí se usa desde entonces.
        ejercicios: los que se vigilan.
    """
    nombres = usados(carpeta, ejercicios)
    while not ha_cambiado(antes, huella(carpeta, nombres)):
        time.sleep(MIRADA_S)


def una_vuelta(
    consola: Console,
    pedido: argparse.Namespace,
    elegidos: list[Ejercicio],
    servicio: Servicio,
) -> list[Correccion]:
    """Corrige los ejercicios una vez, apunta el progreso y enseña lo que se pida de cada uno.

    Raises:
        Averia: si el calificador no puede trabajar.
        OSError: si el sistema no le deja.
    """
    correcciones = []
    carpeta = pedido.carpeta
    hechos = progreso.leer(carpeta)
    for ejercicio in elegidos:
        vista.anunciar(consola, ejercicio)
        with vista.espera(consola, arrancando=not servicio.servidor.en_marcha):
            correccion = corregir(
                ejercicio, carpeta, servicio, partial(vista.mostrar_punto, consola)
            )
        vista.mostrar_tropiezo(consola, correccion)
        vista.mostrar_avisos(consola, correccion)
        if pedido.dibujo:
            mostrar_dibujo(consola, correccion)
        if pedido.solucion:
            mostrar_solucion(consola, correccion)
        correcciones.append(correccion)
        hechos = progreso.apuntar(carpeta, ejercicio.nombre, correccion.aprobado)
    vista.mostrar_progreso(consola, leer_catalogo(), hechos, elegidos[-1])
    if len(correcciones) == 1 and not pedido.dibujo and not pedido.solucion:
        ofrecer(consola, correcciones[0])
    return correcciones
