"""Ejercicio 5: tres lecturas a la vez, y lo demás cuando le toca."""

import re
from collections.abc import Iterator

import pandas as pd

from calificador.comprobaciones.comun import (
    a_la_vez,
    antecesoras,
    coinciden,
    con_columnas,
    duracion,
    flow_completo,
    leer_parquet,
    unico_flujo,
)
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.ejecuciones import Flujo

INFORME = "margen_por_ciudad.parquet"
LENTA_S = 0.9  # una lectura duerme un segundo
# Los segundos que imprime un programa; ni las horas del log ni las direcciones.
NUMERO = re.compile(
    r"(?<![\w.,:/-])(?:0:00:)?(\d{1,2}(?:[.,]\d+)?)(?= ?s|[^\w.,:/-]|[.,]?\s|$)"
)


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    entrega = practica.ejecutar()
    flujo = unico_flujo(entrega.flujos)
    yield flow_completo(flujo)
    lecturas = [tarea for tarea in flujo.tareas if duracion(tarea) >= LENTA_S]
    yield Punto(
        "tres_lecturas",
        "Hay tres tasks que leen, y cada una tarda un segundo",
        len(lecturas) == 3,
        f"He visto {contar(len(lecturas), 'task que dure', 'tasks que duren')} un segundo. Lee "
        "cada archivo en una task, con time.sleep(1) dentro.",
        "tutorial/flow-y-task#task",
    )
    yield Punto(
        "en_fila",
        "Las tres lecturas van a la vez",
        a_la_vez(lecturas),
        "Van una detrás de otra: una llamada directa espera a que la task termine, y "
        ".submit().result() también. Lanza las tres con .submit() y usa después los futures.",
        "tutorial/dependencias#llamadas-directas",
    )
    nombres = {lectura.nombre for lectura in lecturas}
    unidas = [
        t for t in flujo.tareas if len(antecesoras(flujo, t) & nombres) == len(nombres)
    ]
    yield Punto(
        "sin_dependencia",
        "Otra task depende de las tres",
        bool(unidas),
        *por_que_no_depende(practica),
    )
    tabla = leer_parquet(practica, INFORME)
    yield con_columnas(
        tabla, "El informe tiene la ciudad y su margen", "ciudad", "margen"
    )
    obtenido = pd.to_numeric(tabla.set_index("ciudad")["margen"], errors="coerce")
    yield Punto(
        "sin_limpiar",
        "Las ventas repetidas o incompletas no cuentan",
        not coinciden(obtenido, margen(practica, limpiar=False)),
        "Los totales incluyen filas repetidas. Antes de unir, quita las repetidas con "
        'drop_duplicates() y las incompletas con dropna(subset=["precio", "cantidad"]).',
        "referencia/datos#venta",
    )
    yield Punto(
        "otro_margen",
        "El margen de cada ciudad es correcto",
        coinciden(obtenido, margen(practica)),
        "Los números no salen. El margen es (precio − costo) × cantidad, y la ciudad, la del "
        "usuario. Cada venta se une con un solo usuario y un solo producto.",
        "referencia/datos#columnas",
    )
    yield from lo_que_imprime(entrega.salida, flujo, obtenido)


def lo_que_imprime(salida: str, flujo: Flujo, margenes: pd.Series) -> Iterator[Punto]:
    """Que diga la ciudad y lo que ha tardado."""
    otras = [str(ciudad) for ciudad in margenes.index if str(ciudad) in salida]
    yield Punto(
        "sin_ciudad",
        "Imprime la ciudad con más margen",
        str(margenes.idxmax()) in otras,
        f"Imprime {' y '.join(otras)}, y hay otra con más margen. Ordena la tabla de mayor a "
        "menor, con sort_values y ascending=False, y toma la primera fila."
        if otras
        else "No veo ninguna ciudad en lo que imprime tu programa. Imprime la de la primera "
        "fila, con la tabla ordenada de mayor a menor.",
        "ejercicios/05-dependencias#enunciado" if otras else "tutorial/flow-y-task#log",
    )
    yield Punto(
        "sin_tiempo",
        "Imprime lo que ha tardado todo",
        any(cabe(numero, flujo) for numero in NUMERO.findall(salida)),
        "No veo los segundos en lo que imprime. Guarda time.perf_counter() al empezar el flow "
        "y, después de guardar, réstaselo al de ese momento.",
        "tutorial/dependencias#llamadas-directas",
    )


def por_que_no_depende(practica: Practica) -> tuple[str, str]:
    """Por qué ninguna task recibe las tres lecturas, y dónde se explica."""
    if sin_task := practica.diagnostico.fuente.sin_decorar():
        una = len(sin_task) == 1
        return (
            f"{' y '.join(sin_task)} no {'es una task' if una else 'son tasks'}: sin @task "
            "encima, Prefect no sabe de qué depende. Decora la que une y pásale los tres "
            "futures, sin .result().",
            "tutorial/flow-y-task#task",
        )
    return (
        "Ninguna task recibe lo que devuelven las tres lecturas, así que Prefect no sabe que "
        "debe esperarlas. Pásale los tres futures como argumentos, sin sleep ni variables "
        "globales.",
        "tutorial/dependencias#que-ha-pasado",
    )


def cabe(numero: str, flujo: Flujo) -> bool:
    """Si pueden ser los segundos que ha tardado: más que una lectura y no más que el flow."""
    segundos = float(numero.replace(",", "."))
    return LENTA_S < segundos <= flujo.tramos[-1].fin + 1


def margen(practica: Practica, *, limpiar: bool = True) -> pd.Series:
    """El margen de cada ciudad, calculado aquí."""
    ventas, usuarios, productos = (
        pd.read_csv(practica.datos / f"{nombre}.csv")
        for nombre in ("ventas", "usuarios", "productos")
    )
    if limpiar:
        ventas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    tabla = ventas.merge(usuarios, on="usuario_id").merge(
        productos[["producto_id", "costo"]], on="producto_id"
    )
    parciales = (tabla["precio"] - tabla["costo"]) * tabla["cantidad"]
    return parciales.groupby(tabla["ciudad"]).sum()
