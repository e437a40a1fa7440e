"""Ejercicio 12: las pruebas pasan con el programa bueno y fallan con los estropeados."""

import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from calificador.diagnostico import Entrega
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.rutas import CARPETA, EJERCICIOS

PROGRAMA = "resumen_ventas.py"
BUENO = EJERCICIOS / "12-probar-flows" / "comienzo" / PROGRAMA
# Cada avería: su clave, qué deja de hacer el programa y qué texto suyo se cambia por cuál.
AVERIAS = [
    ("repetidas", "no quita las filas repetidas", ".drop_duplicates()", ""),
    ("sin_precio", "no quita las filas sin precio", 'subset=["precio", ', "subset=["),
    (
        "sin_cantidad",
        "no quita las filas sin cantidad",
        'subset=["precio", "cantidad"]',
        'subset=["precio"]',
    ),
    ("cantidad", "olvida la cantidad al sumar", ' * ventas["cantidad"]', ""),
    (
        "tiendas",
        "suma todas las tiendas juntas",
        'ventas["tienda"]',
        "lambda _: 'todas'",
    ),
]
CONSEJOS = {
    "repetidas": "Da a limpiar.fn() dos filas iguales y comprueba que queda una.",
    "sin_precio": "Da a limpiar.fn() una fila sin precio, con None, pero con cantidad, y "
    "comprueba que no está en lo que devuelve.",
    "sin_cantidad": "Da a limpiar.fn() una fila sin cantidad, con None, pero con precio, y "
    "comprueba que no está en lo que devuelve.",
    "cantidad": "Da a sumar.fn() una venta con una cantidad que no sea 1 y comprueba el "
    "total.",
    "tiendas": "Da a sumar.fn() ventas de dos tiendas y comprueba el total de cada una.",
}
QUE_COMPARAR = (
    "Compara con assert lo que devuelve cada task con el valor exacto que esperas; «is not "
    "None» se cumple casi siempre."
)
QUE_IMPORTAR = (
    f"No usan {PROGRAMA}: no llaman a ninguna de sus funciones. Impórtalas con from "
    "resumen_ventas import limpiar, sumar, y prueba esas y no una copia."
)
FALLAN, NINGUNA = 1, 5  # códigos con los que termina pytest


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    programa = BUENO.read_text("utf-8")
    usado = practica.raiz / "usado"  # está, si se llama a algo de un programa averiado
    delator = programa.replace(
        "    return ", f"    open({str(usado)!r}, 'w').close()\n    return "
    )
    # No más a la vez que procesadores: el límite de tiempo es para un programa que avanza.
    with ThreadPoolExecutor(os.cpu_count()) as hilos:
        entrega_buena = hilos.submit(probar, practica, "bueno", programa)
        averiadas = {
            clave: hilos.submit(probar, practica, clave, delator.replace(antes, luego))
            for clave, _, antes, luego in AVERIAS
        }
    entrega = entrega_buena.result()
    yield Punto(
        "sin_pruebas",
        "pytest encuentra tus pruebas",
        entrega.codigo != NINGUNA,
        "No ha encontrado ninguna. Una prueba es una función cuyo nombre empieza por test_.",
        "guias/probar-flows#tasks",
    )
    yield Punto(
        "falla_con_el_bueno",
        f"Pasan con {PROGRAMA} tal como está",
        entrega.codigo == 0,
        f"El programa está bien y tus pruebas no pasan. pytest dice: {queja(entrega)}",
        "guias/probar-flows#mal",
    )
    detectadas = {
        clave: prueba.result().codigo == FALLAN for clave, prueba in averiadas.items()
    }
    lo_usan = usado.exists()
    yield Punto(
        "no_prueban_nada",
        "Fallan cuando el programa se estropea",
        any(detectadas.values()),
        f"He estropeado el programa de {len(AVERIAS)} maneras y tus pruebas pasan con todas. "
        f"{QUE_COMPARAR if lo_usan else QUE_IMPORTAR}",
        "guias/probar-flows#mal" if lo_usan else "guias/probar-flows#tasks",
    )
    for clave, averia, _, _ in AVERIAS:
        yield Punto(
            clave,
            f"Descubren un programa que {averia}",
            detectadas[clave],
            f"He hecho un programa que {averia}, y tus pruebas pasan. {CONSEJOS[clave]}",
            "guias/probar-flows#tasks",
        )


def probar(practica: Practica, nombre: str, programa: str) -> Entrega:
    """Ejecuta las pruebas del estudiante con una versión del programa, en su propia copia."""
    raiz = practica.raiz / nombre
    carpeta = raiz / CARPETA
    shutil.copytree(practica.datos, raiz / "data")
    shutil.copytree(practica.carpeta, carpeta)
    (carpeta / PROGRAMA).write_text(programa, "utf-8")
    opciones = ["-q", "--tb=short", "-p", "no:cacheprovider"]
    return practica.lanzar(
        "-m", "pytest", *opciones, practica.ejercicio.archivo, carpeta=carpeta
    )


def queja(entrega: Entrega) -> str:
    """La primera línea de pytest que dice qué ha fallado."""
    lineas = re.findall(r"^E +(.+)$", entrega.salida, re.MULTILINE)
    return lineas[0] if lineas else entrega.salida.strip()[-200:]
