"""Ejercicio 17: se repite sin duplicar, se corta sin perder nada y dice lo que dice el archivo."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd

from calificador.comprobaciones.comun import unico_flujo, validas
from calificador.diagnostico import Entrega
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.prefect_por_dentro import Estado

VISPERA, DIA = "2025-12-30", "2025-12-31"
BASE = "almacen.db"
COLUMNAS = ["venta_id", "fecha", "tienda", "precio", "cantidad"]
CLAVE_REPETIDA = "UNIQUE constraint failed"  # lo que dice SQLite
TRANSACCION = (
    "Borra el día e inserta todas las tiendas en una sola transacción, que se confirma al final "
    "y solo si nada ha fallado: si la línea se corta, la base de datos lo deshace todo."
)


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    shutil.copy(practica.ejercicio.comienzo.with_name("tiendas.py"), practica.carpeta)
    todas = pd.read_csv(csv(practica))
    todas[todas["fecha"] <= VISPERA].to_csv(csv(practica), index=False)
    yield from dos_veces(practica)
    todas.to_csv(csv(practica), index=False)
    yield from con_el_dia_nuevo(practica)
    yield cortada_otra_vez(practica)
    yield from corregido(practica, todas)


def dos_veces(practica: Practica) -> Iterator[Punto]:
    """La primera carga, y la misma otra vez."""
    practica.ejecutar()
    yield Punto(
        "sin_tabla",
        f"Carga en la tabla ventas de data/output/{BASE}",
        filas(practica) is not None,
        f"No encuentro ahí una tabla ventas con las columnas {', '.join(COLUMNAS)}. Déjala "
        "como en el archivo de partida: puedes añadirle una clave, pero no cambiarle el nombre.",
        "ejercicios/17-carga-repetible#enunciado",
    )
    yield Punto(
        "otras_filas",
        "La primera vez carga las ventas del día",
        filas(practica) == esperadas(practica),
        f"{diferencias(practica)} Inserta, sin cambiarlo, lo que da recibir para el día que "
        f"dice hoy(), que aquí es {VISPERA}.",
        "ejercicios/17-carga-repetible#enunciado",
    )
    segunda = practica.ejecutar(puede_fallar=True)
    yield Punto(
        "duplica",
        "Al repetirla, no duplica ni falla",
        filas(practica) == esperadas(practica) and not segunda.codigo,
        por_que_no_se_repite(practica, segunda),
        "recuperacion/cargas-repetibles#que-ha-pasado",
    )


def con_el_dia_nuevo(practica: Practica) -> Iterator[Punto]:
    """Un día que aún no está, con la línea cortada y después sin cortar."""
    antes = filas(practica)
    cortar(practica)
    entrega = practica.ejecutar(puede_fallar=True)
    estado = unico_flujo(entrega.flujos).estado
    yield Punto(
        "se_calla",
        "Con la línea cortada, el flow falla",
        estado == Estado.FAILED,
        f"La línea estaba cortada y el flow ha terminado en {estado}: nadie sabrá que falta "
        "el día. Pide las ventas a recibir, y deja que su error salga de la task y del flow.",
        "tutorial/reintentos#agotados",
    )
    quedan = filas(practica) or Counter()
    yield Punto(
        "medio_dia",
        "Si el día no estaba y se corta, no queda a medias",
        quedan == antes,
        f"He cargado el {VISPERA} y después el {DIA}, que se ha cortado a mitad: "
        f"{recuento(quedan)}. {TRANSACCION}",
        "recuperacion/cargas-repetibles#que-ha-pasado",
    )
    arreglar(practica)
    practica.ejecutar(puede_fallar=True)
    quedan = filas(practica) or Counter()
    yield Punto(
        "otros_dias",
        "Las ventas de los demás días siguen ahí",
        del_dia(quedan, VISPERA) == antes,
        f"Al cargar el {DIA}, de las {antes.total()} ventas del {VISPERA} quedan "
        f"{del_dia(quedan, VISPERA).total()}. Borra solo las del día que cargas, con WHERE.",
        "recuperacion/cargas-repetibles#que-ha-pasado",
    )
    yield Punto(
        "no_se_repone",
        "Tras el corte, al repetirla carga el día entero",
        del_dia(quedan, DIA) == del_dia(esperadas(practica), DIA),
        f"Después de un corte, la he ejecutado con la línea arreglada. {diferencias(practica)} "
        "Cada ejecución tiene que cargar el día entero, sin contar con lo que hizo la anterior.",
        "recuperacion/cargas-repetibles#segura",
    )


def cortada_otra_vez(practica: Practica) -> Punto:
    """El mismo día, que ya estaba entero, con la línea cortada."""
    antes = filas(practica)
    cortar(practica)
    practica.ejecutar(puede_fallar=True)
    arreglar(practica)
    quedan = filas(practica) or Counter()
    return Punto(
        "pierde_el_dia",
        "Si el día ya estaba y se corta, sigue entero",
        quedan == antes,
        f"El {DIA} estaba entero, con {contar(del_dia(antes, DIA).total(), 'venta', 'ventas')}. "
        f"Lo he cargado otra vez y se ha cortado a mitad: {recuento(quedan)}. {TRANSACCION}",
        "recuperacion/cargas-repetibles#que-ha-pasado",
    )


def corregido(practica: Practica, todas: pd.DataFrame) -> Iterator[Punto]:
    """El mismo día, con una venta corregida y otra anulada."""
    suyas = validas(todas).query("fecha == @DIA")
    corregida, anulada = suyas["venta_id"].iloc[[0, -1]]
    nuevas = todas[todas["venta_id"] != anulada].copy()
    nuevas.loc[nuevas["venta_id"] == corregida, "cantidad"] += 1
    nuevas.to_csv(csv(practica), index=False)
    practica.ejecutar(puede_fallar=True)
    quedan = del_dia(filas(practica) or Counter(), DIA)
    debidas = del_dia(esperadas(practica), DIA)
    yield Punto(
        "no_corrige",
        "Una venta corregida en el archivo se corrige en la tabla",
        de_una(quedan, corregida) == de_una(debidas, corregida),
        f"He cambiado en ventas.csv la cantidad de la venta {corregida}, he ejecutado tu "
        "programa otra vez y en la tabla no está como en el archivo. No te saltes lo que ya "
        "está: borra el día e insértalo de nuevo.",
        "recuperacion/cargas-repetibles#que-ha-pasado",
    )
    yield Punto(
        "no_quita",
        "Una venta anulada en el archivo se quita de la tabla",
        quedan == debidas,
        f"He quitado de ventas.csv la venta {anulada}, he ejecutado tu programa otra vez y sigue "
        "en la tabla. Insertar o actualizar no borra lo que ya no llega: borra antes el día.",
        "recuperacion/cargas-repetibles#que-ha-pasado",
    )


def por_que_no_se_repite(practica: Practica, segunda: Entrega) -> str:
    """Qué hacer si la segunda vez no deja lo mismo."""
    if CLAVE_REPETIDA in segunda.salida:
        return (
            "La segunda vez falla: las ventas ya están. Tu clave impide duplicarlas, pero la "
            "carga no se puede repetir. Antes de insertar, borra las ventas del día."
        )
    if segunda.codigo:
        return (
            f"La segunda vez falla: {segunda.error}. Nada de lo que hace tu programa puede "
            "suponer que es la primera."
        )
    return (
        f"La he ejecutado dos veces. {diferencias(practica)} Antes de insertar, borra las "
        "ventas de ese día."
    )


def csv(practica: Practica) -> Path:
    return practica.datos / "ventas.csv"


def cortar(practica: Practica) -> None:
    (practica.salida / "linea_cortada").touch()


def arreglar(practica: Practica) -> None:
    (practica.salida / "linea_cortada").unlink(missing_ok=True)


def contadas(tabla: pd.DataFrame) -> Counter:
    """Las filas de una tabla y cuántas veces está cada una, escritas siempre igual."""
    dia = tabla["fecha"].astype(str).str[: len(DIA)]
    tabla = tabla.assign(fecha=dia).round(2)
    return Counter(tabla[COLUMNAS].itertuples(index=False, name=None))


def filas(practica: Practica) -> Counter | None:
    """Lo que hay en la tabla; nada, si no está o no tiene esas columnas."""
    ruta = practica.salida / BASE
    if not ruta.is_file():
        return None
    try:
        with closing(sqlite3.connect(ruta)) as base:
            return contadas(
                pd.read_sql(f"SELECT {', '.join(COLUMNAS)} FROM ventas", base)
            )
    except (pd.errors.DatabaseError, sqlite3.DatabaseError):
        return None


def esperadas(practica: Practica) -> Counter:
    """Lo que debe haber: las ventas válidas del día que toca y, si no es ella, la víspera."""
    ventas = validas(pd.read_csv(csv(practica)))
    return contadas(ventas[ventas["fecha"] >= VISPERA])


def del_dia(contadas: Counter, dia: str) -> Counter:
    return Counter({fila: n for fila, n in contadas.items() if fila[1] == dia})


def de_una(contadas: Counter, venta: int) -> Counter:
    return Counter({fila: n for fila, n in contadas.items() if fila[0] == venta})


def recuento(hay: Counter) -> str:
    """Cuántas filas hay de cada día."""
    de_antes, de_hoy = (del_dia(hay, dia).total() for dia in (VISPERA, DIA))
    return f"quedan {de_antes} del {VISPERA} y {de_hoy} del {DIA}"


def diferencias(practica: Practica) -> str:
    """En qué se aparta la tabla de lo que debía haber."""
    hay, debe = filas(practica) or Counter(), esperadas(practica)
    if hay.total() != debe.total():
        cuantas = contar(hay.total(), "fila", "filas")
        return f"La tabla tiene {cuantas} y deberían ser {debe.total()}."
    return "La tabla tiene las filas que debe, pero no dicen lo mismo que el archivo."
