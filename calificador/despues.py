"""Lo que se enseña tras corregir, si se pide: qué ejecutó el programa y la solución al lado."""

import ast
import warnings
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from calificador.comparacion import diferencias
from calificador.consola import bonita
from calificador.dibujo import Papel, dibujar
from calificador.matices import matices
from calificador.veredicto import Correccion

COLORES = {"-": "cyan", "+": "yellow", "…": "dim"}  # ninguno de los dos está mal


def mostrar_dibujo(consola: Console, correccion: Correccion) -> None:
    """Lo que ejecutó el programa mientras se corregía, según el servidor."""
    if not correccion.flujos:
        decir(consola, "\nNo hay nada que dibujar: no he ejecutado ningún flow tuyo.")
        return
    decir(consola, "\nLo que ha ejecutado tu programa, según el servidor de Prefect:\n")
    papel = Papel(consola.width, bonita(consola))
    lineas = list(dibujar(correccion.flujos, papel))
    consola.print(Text("\n").join(lineas), soft_wrap=True)


def mostrar_solucion(consola: Console, correccion: Correccion) -> None:
    """En qué se diferencia de la solución un programa que ha aprobado; si no, cuándo se verá."""
    donde = f"ejercicios/{correccion.ejercicio.nombre}/#solucion"
    if not correccion.aprobado:
        decir(
            consola,
            "\nTodavía no comparo tu programa con la solución: antes resuelve lo que falta, "
            f"que está arriba. Si quieres leerla ya, está plegada en {donde}",
        )
        return
    try:
        comparar(consola, correccion)
    except RecursionError:
        decir(consola, "\nNo puedo comparar tu programa: tiene demasiados paréntesis.")
    decir(consola, f"\nEl porqué de la solución: {donde}")


def comparar(consola: Console, correccion: Correccion) -> None:
    """Las líneas que cambian y, de ellas, lo que importa en Prefect."""
    suyo, modelo = (
        arbol(programa)
        for programa in (
            correccion.programa,
            correccion.ejercicio.solucion.read_bytes(),
        )
    )
    cambios = diferencias(suyo, modelo)
    if not cambios:
        decir(
            consola,
            "\nTu programa y la solución dicen lo mismo: si algo cambia, son los comentarios, "
            "la forma de escribirlo o el orden en que importan.",
        )
        return
    decir(
        consola,
        "\nTu programa ha pasado. Esto es lo que la solución escribe de otra manera, sin contar "
        "comentarios, comillas ni líneas en blanco:\n",
    )
    decir(consola, "  - tu programa\n  + la solución\n")
    for cambio in cambios:
        mostrar_cambio(consola, cambio)
    if dichos := matices(suyo, modelo):
        decir(consola, "\nDicho en términos de Prefect:\n")
    for dicho in dichos:
        decir(consola, dicho, "  * ")


def arbol(programa: bytes) -> ast.Module:
    """El de un programa que Python ya ha entendido."""
    with warnings.catch_warnings(action="ignore"):  # ya los ha dicho el programa
        return ast.parse(programa)


def mostrar_cambio(consola: Console, cambio: str) -> None:
    """Una línea que cambia; la que no cabe sigue debajo, más adentro."""
    marca, codigo = cambio[:1], cambio[1:]
    dentro = " " * (len(codigo) - len(codigo.lstrip()))
    lineas = wrap(
        codigo.lstrip(),
        max(consola.width, len(dentro) + 30),
        initial_indent=f"  {marca} {dentro}",
        subsequent_indent=f"{dentro}        ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    texto = "\n".join(lineas) or f"  {marca}".rstrip()
    consola.print(Text(texto, COLORES.get(marca, "")), soft_wrap=True)


def decir(consola: Console, texto: str, sangria: str = "") -> None:
    """Un texto en las líneas que haga falta; las que ya trae se respetan."""
    for parrafo in texto.split("\n"):
        lineas = wrap(
            parrafo,
            consola.width,
            initial_indent=sangria,
            subsequent_indent=" " * len(sangria),
            break_on_hyphens=False,
            break_long_words=False,
        )
        consola.print("\n".join(lineas), markup=False, soft_wrap=True)


def ofrecer(consola: Console, correccion: Correccion) -> None:
    """A quien acaba de aprobar, lo que ahora puede mirar."""
    if not correccion.aprobado:
        return
    numero = correccion.ejercicio.numero
    dibujo = f"Verlo dibujado: {numero} --dibujo. " if correccion.flujos else ""
    decir(consola, f"{dibujo}Compararlo con la solución: {numero} --solucion.")
