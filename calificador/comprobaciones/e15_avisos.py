"""Ejercicio 15: lo que no acaba bien queda dicho, con su porqué; lo que acaba bien, no."""

import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from calificador.comprobaciones.aparte import no_se_puede_llamar, repetir_flow
from calificador.comprobaciones.comun import flow_completo, unico_flujo
from calificador.errores import explicar, ultimo_error
from calificador.lengua import citar, contar
from calificador.practica import Practica
from calificador.veredicto import Punto, Tropiezo
from motor.apuntes import asentadas
from motor.ejecuciones import Flujo
from motor.prefect_por_dentro import HOOK_ROTO, Estado

INTERRUMPIR = Path(__file__).with_name("interrumpir.py")
PARAMETRO, LEE = "tienda", "ventas.csv"
FALLOS = 2  # las veces que se hace fallar al flow
LINEA_DEL_LOG = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} \| ", re.MULTILINE)


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado: primero lo que falla, después lo que acaba bien."""
    entrega = practica.ejecutar()
    flujo = unico_flujo(entrega.flujos)
    de_mas = avisos(practica)
    exigir_la_tienda(practica, flujo)
    yield from del_fallo(practica, flujo)
    lineas = list(filter(str.strip, avisos(practica).splitlines()))
    yield from de_la_interrupcion(practica, flujo)
    yield flow_completo(flujo)
    yield Punto(
        "avisa_de_mas",
        "De lo que termina bien no hay aviso",
        not de_mas,
        f"He ejecutado tu programa, que ha terminado bien, y en guardia.txt pone "
        f"{citar(de_mas)}. "
        "Un aviso que sale siempre no avisa de nada: déjalo solo en on_failure y on_crashed.",
        "produccion/avisos#que-ha-pasado",
    )
    yield una_linea(lineas)


def exigir_la_tienda(practica: Practica, flujo: Flujo) -> None:
    """El flow de partida recibe una tienda, y con ella se le hace fallar.

    Raises:
        Tropiezo: si ya no la recibe.
    """
    if PARAMETRO not in practica.cliente.read_flow_run(flujo.id).parameters:
        raise Tropiezo(
            f"El flow «{flujo.nombre}» ya no recibe la tienda",
            "Para comprobarlo le pido una que no existe. Deja el flow como estaba: solo hay que "
            "cambiar lo que va en @flow(…).",
            "ejercicios/15-avisos#enunciado",
        )


def del_fallo(practica: Practica, flujo: Flujo) -> Iterator[Punto]:
    """Pide dos tiendas que no existen: que el flow falle y quede dicho, las dos veces."""
    primera, segunda = (f"tienda-{secrets.token_hex(4)}" for _ in range(2))
    desde = datetime.now(UTC)
    salida, error = repetir_flow(practica, flujo, tienda=primera)
    fallido = nuevo(practica, desde, error)
    aviso, otra_cosa = avisos(practica), por_otra_cosa(practica, error, primera)
    yield Punto(
        "sin_aviso",
        "Si el flow falla, hay un aviso en guardia.txt",
        bool(aviso),
        f"Le he pedido una tienda que no existe y no hay nada. "
        f"{otra_cosa or por_que_calla(salida)}",
        "produccion/avisos#hook",
    )
    yield Punto(
        "tapa_el_fallo",
        "El flow sigue terminando en Failed",
        bool(error) and fallido.estado == Estado.FAILED,
        f"Con una tienda que no existe ha terminado en {fallido.estado}: quien mire la interfaz "
        f"creerá que fue bien. {como_se_tapa(practica)}, y avisa en un hook.",
        "produccion/avisos#aviso-roto",
    )
    yield from lo_que_dice(practica, fallido, aviso, primera, otra_cosa)
    repetir_flow(practica, flujo, tienda=segunda)
    yield Punto(
        "pisa_el_anterior",
        "El segundo aviso no borra el primero",
        primera in avisos(practica) and segunda in avisos(practica),
        "Ha fallado dos veces y en guardia.txt no están los dos avisos. Añade al final en vez de "
        'escribir el archivo entero: GUARDIA.open("a").',
        "ejercicios/15-avisos#enunciado",
    )


def lo_que_dice(
    practica: Practica, fallido: Flujo, aviso: str, tienda: str, otra_cosa: str
) -> Iterator[Punto]:
    """Que un aviso diga qué ha fallado, cuándo y por qué.

    Args:
        practica: la del ejercicio.
        fallido: la ejecución de la que avisa.
        aviso: lo que dice.
        tienda: la que no existe.
        otra_cosa: por qué ha fallado el flow, si no es por ella.
    """
    ejecucion = practica.cliente.read_flow_run(fallido.id).name
    visto = f"Pone {citar(aviso.replace(f'{practica.raiz}/', ''))}."
    yield Punto(
        "sin_flow",
        "El aviso dice qué flow es",
        fallido.nombre.replace("_", "-") in aviso.replace("_", "-"),
        f"{visto} No está el nombre del flow, {fallido.nombre}: lo da flow.name.",
        "produccion/avisos#que-ha-pasado",
    )
    yield Punto(
        "sin_ejecucion",
        "El aviso dice qué ejecución es",
        ejecucion in aviso,
        f"{visto} No está el nombre de la ejecución, {ejecucion}, con el que se busca en la "
        "interfaz: lo da flow_run.name.",
        "produccion/avisos#que-ha-pasado",
    )
    yield Punto(
        "sin_motivo",
        "El aviso dice por qué",
        tienda in aviso,
        f"{visto} "
        + (
            otra_cosa
            or f"El error nombraba la tienda que le he pedido, {tienda}, y ahí no está: el "
            "mensaje del estado, state.message, lleva el error entero."
        ),
        "produccion/avisos#que-ha-pasado",
    )


def de_la_interrupcion(practica: Practica, flujo: Flujo) -> Iterator[Punto]:
    """Lo interrumpe a medias: que también quede dicho."""
    antes, desde = avisos(practica), datetime.now(UTC)
    entrega = practica.lanzar(
        str(INTERRUMPIR),
        str(practica.carpeta / practica.ejercicio.archivo),
        flujo.nombre,
        json.dumps({PARAMETRO: "Puebla"}),
        LEE,
    )
    cortado = nuevo(practica, desde, entrega.error)
    como = (
        "no hay aviso. Una interrupción no es un Failed, sino un Crashed: pon tu función también "
        "en on_crashed."
        if cortado.estado == Estado.CRASHED
        else f"ha terminado en {cortado.estado}. Deja el flow como estaba, leyendo {LEE} y sin "
        "atender la interrupción."
    )
    yield Punto(
        "sin_interrupcion",
        "Si se interrumpe, también hay un aviso",
        cortado.estado == Estado.CRASHED and avisos(practica) != antes,
        f"Lo he interrumpido mientras leía {LEE}, como con Ctrl+C, y {como}"
        f"{hook_roto(entrega.salida)}",
        "produccion/avisos#que-ha-pasado",
    )


def nuevo(practica: Practica, desde: datetime, error: str) -> Flujo:
    """La ejecución del flow que se acaba de pedir.

    Raises:
        Tropiezo: si no ha llegado a empezar ninguna.
    """
    flujos = asentadas(practica.cliente, desde)
    if not flujos:
        raise no_se_puede_llamar(practica, error)
    return unico_flujo(flujos)


def una_linea(lineas: list[str]) -> Punto:
    """Que cada aviso ocupe una línea, para quien los lea o los cuente.

    Args:
        lineas: las que había, sin las vacías, cuando el flow había fallado dos veces.
    """
    juntos = len(lineas) == 1
    return Punto(
        "otra_linea",
        "Cada aviso ocupa una línea",
        len(lineas) == FALLOS,
        f"Ha fallado dos veces y en guardia.txt hay {contar(len(lineas), 'línea', 'líneas')}. "
        + (
            "Falta el salto de línea: acaba el texto con \\n."
            if juntos
            else "Pon los tres datos en una, con un solo \\n al final, y escríbela una vez."
        ),
        "ejercicios/15-avisos#enunciado",
    )


def por_otra_cosa(practica: Practica, error: str, tienda: str) -> str:
    """Por qué ha fallado el flow y qué hacer, si no es por la tienda que no existe."""
    if not error or tienda in error:
        return ""
    visto = citar(error.replace(f"{practica.raiz}/", ""))
    return (
        f"El flow no falla por la tienda, sino antes o después: {visto}. "
        f"{con_la_carpeta(error) or explicar(error)[0]} El cuerpo del flow no hay que cambiarlo."
    )


def con_la_carpeta(error: str) -> str:
    """Qué hacer si lo que falta es la carpeta de los avisos."""
    if not ("FileNotFoundError" in error and "guardia.txt" in error):
        return ""
    return (
        "La carpeta puede no existir todavía: créala antes de escribir, con "
        "GUARDIA.parent.mkdir(parents=True, exist_ok=True)."
    )


def como_se_tapa(practica: Practica) -> str:
    """Qué quitar para que el error salga del flow."""
    if practica.diagnostico.fuente.atiende_errores():
        return "Quita el try del flow para que el error salga"
    return "Deja el raise del flow como estaba, sin return en su lugar, para que el error salga"


def por_que_calla(salida: str) -> str:
    """Por qué no hay ningún aviso, según lo que ha impreso el flow."""
    return hook_roto(salida).strip() or (
        "Escribe una función que reciba flow, flow_run y state y añada una línea a GUARDIA, y "
        "dásela al flow: @flow(on_failure=[avisar])."
    )


def hook_roto(salida: str) -> str:
    """Lo que le ha pasado al hook, si Prefect lo ha llamado y ha fallado."""
    _, roto, resto = salida.partition(HOOK_ROTO)
    traza, *_ = LINEA_DEL_LOG.split(resto)
    if not roto:
        return ""
    error = ultimo_error(traza)
    return (
        f" Prefect llama a tu hook, y falla: {error}. {con_la_carpeta(error)}".rstrip()
    )


def avisos(practica: Practica) -> str:
    """Lo que hay en guardia.txt, sin blancos alrededor."""
    ruta = practica.salida / "guardia.txt"
    return ruta.read_text("utf-8", "replace").strip() if ruta.is_file() else ""
