"""Ejercicio 7: lo que tarda se calcula una vez, y cada resultado es el suyo."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from calificador.comprobaciones.comun import duracion, unico_flujo, validas
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.ejecuciones import Tarea
from motor.prefect_por_dentro import Estado

TIENDAS = ("Puebla", "Monterrey")
TASKS = 4  # dos por tienda
# Lo que tarda como poco quien pasa por la fuente lenta, que espera 0.3 s.
LENTA_S = 0.25
OTRAS_VENTAS = 2000  # filas que se dejan: así no valen los números escritos a mano


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    esperados = poner_otras_ventas(practica)
    entrega = practica.ejecutar()
    tareas = unico_flujo(entrega.flujos).tareas
    yield Punto(
        "cuatro_tasks",
        "El flow ejecuta las dos tasks con cada una de las dos tiendas",
        len(tareas) >= TASKS,
        f"He visto {contar(len(tareas), 'ejecución', 'ejecuciones')} de tasks, y deben ser "
        f"{TASKS}. Las dos funciones llevan @task, y el flow llama a cada una con Puebla y "
        "con Monterrey.",
        "tutorial/flow-y-task#task",
    )
    calculadas, reutilizadas = por_task(practica, tareas)
    yield Punto(
        "mezcla_tasks",
        "Ninguna task recibe el resultado de otra",
        all(calculadas[funcion] for funcion in reutilizadas),
        "La primera vez, una task entera ha salido de la caché sin haberse calculado nunca: "
        "ha recibido los resultados de la otra. INPUTS solo compara los argumentos; súmale "
        "TASK_SOURCE.",
        "tutorial/cache#trampa-inputs",
    )
    yield Punto(
        "mezcla_tiendas",
        "Ninguna tienda recibe el resultado de la otra",
        all(len(calculadas[funcion]) >= len(TIENDAS) for funcion in reutilizadas),
        "La primera vez, la segunda tienda ha salido de la caché: ha recibido el resultado de "
        "la primera. La caché tiene que mirar los argumentos, INPUTS, además del código.",
        "tutorial/cache#reutilizar",
    )
    falta = [
        f"{numero:g}" for numero in esperados if not aparece(numero, entrega.salida)
    ]
    yield Punto(
        "otros_numeros",
        "Las unidades y los ingresos salen de las ventas del archivo",
        not falta,
        "He puesto otras ventas en data/ventas.csv y tu flow no imprime sus números. "
        f"Falta {', '.join(falta)}: calcula siempre desde el archivo e imprime los cuatro.",
        "tutorial/cache#reutilizar",
    )
    segunda = unico_flujo(practica.ejecutar().flujos).tareas
    guardadas = [tarea for tarea in segunda if tarea.estado == Estado.CACHED]
    lentas = las_lentas(calculadas)
    repetidas = [
        tarea
        for tarea in segunda
        if tarea.estado != Estado.CACHED and funcion_de(practica, tarea) in lentas
    ]
    yield Punto(
        "no_reutiliza",
        "La segunda vez, las cuatro salen de la caché",
        len(guardadas) >= TASKS and not repetidas,
        f"Lo he ejecutado dos veces y, la segunda, {len(guardadas)} de {len(segunda)} tasks "
        f"estaban en Cached. {por_que_no_reutiliza(segunda, repetidas)}",
        "tutorial/cache#reutilizar",
    )


def por_que_no_reutiliza(tareas: list[Tarea], repetidas: list[Tarea]) -> str:
    """Qué hacer si, la segunda vez, no salen todas de la caché; si falta alguna, cuál."""
    otras = dict.fromkeys(tarea.nombre for tarea in repetidas)
    if otras and len(otras) < len({t.nombre for t in tareas}):
        return (
            f"Se ha calculado otra vez: {', '.join(otras)}. Cada @task lleva su propia "
            "cache_policy, también la de esa función."
        )
    return (
        "Una variable se pierde al terminar el programa, y persist_result solo sirve dentro "
        "del mismo flow run: dale a cada task una cache_policy."
    )


def poner_otras_ventas(practica: Practica) -> list[float]:
    """Deja en la copia menos ventas; devuelve lo que debe salir de ellas."""
    ruta = practica.datos / "ventas.csv"
    ventas = pd.read_csv(ruta).head(OTRAS_VENTAS)
    ventas.to_csv(ruta, index=False)
    ventas = validas(ventas)
    ventas["total"] = ventas["precio"] * ventas["cantidad"]
    sumas = ventas.groupby("tienda")[["cantidad", "total"]].sum().round(2)
    return [float(numero) for numero in sumas.loc[list(TIENDAS)].to_numpy().ravel()]


def por_task(
    practica: Practica, tareas: list[Tarea]
) -> tuple[dict[str, list[Tarea]], set[str]]:
    """Las veces que se ha calculado cada función y cuáles han salido alguna vez de la caché."""
    calculadas, reutilizadas = defaultdict(list), set()
    for tarea in tareas:
        funcion = funcion_de(practica, tarea)
        if tarea.estado == Estado.CACHED:
            reutilizadas.add(funcion)
        else:
            calculadas[funcion].append(tarea)
    return calculadas, reutilizadas


def las_lentas(calculadas: dict[str, list[Tarea]]) -> set[str]:
    """Las funciones que, con cada tienda, pasan por la fuente lenta, ellas o a quien llaman.

    Solo esas tienen que salir de la caché: otra task, como una que imprima, no estorba.

    Args:
        calculadas: las veces que se ha calculado cada una.
    """
    return {
        funcion
        for funcion, veces in calculadas.items()
        if len(veces) >= len(TIENDAS) and min(map(duracion, veces)) >= LENTA_S
    }


def funcion_de(practica: Practica, tarea: Tarea) -> str:
    """La función de una task, se llame como se llame su ejecución."""
    return practica.cliente.read_task_run(tarea.id).task_key


def aparece(numero: float, salida: str) -> bool:
    """Si la salida contiene ese número, con o sin separador de miles."""
    numeros = re.findall(
        r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[,_ ](?=\d{3}\b)", "", salida)
    )
    return any(abs(float(n) - numero) < 0.02 for n in numeros)
