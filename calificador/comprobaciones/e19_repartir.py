"""Ejercicio 19: la misma cuenta, por lotes y en varios procesos."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from calificador.comprobaciones.comun import (
    con_columnas,
    flow_completo,
    leer_parquet,
    unico_flujo,
    validas,
)
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Punto

INFORME = "puntos_por_tienda.parquet"
ANOTAR = Path(__file__).with_name("anotar.py")
POCAS = slice(80)  # filas: quien reparte una a una también acaba
OTRAS = slice(300, None)  # casi todas, pero no las que tiene el estudiante
LIMITE_S = 60  # arrancar procesos, y más un grupo de Dask, lleva su tiempo
MUCHAS = 50  # más task runs que estos ya no son lotes


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    practica.limite_s = LIMITE_S
    todas = pd.read_csv(practica.datos / "ventas.csv")
    dejar(practica, todas.iloc[POCAS])
    flujo = unico_flujo(practica.ejecutar().flujos)
    yield flow_completo(flujo)
    cuantas = len(flujo.tareas)
    yield Punto(
        "sin_lotes",
        "La cuenta está repartida en varias tasks",
        cuantas >= 2,
        f"He visto {contar(cuantas, 'task run', 'task runs')}. Parte las ventas en una lista de "
        "tablas y da la lista a sumar.map: hará un task run con cada una.",
        "tutorial/combinar-tasks#map",
    )
    yield Punto(
        "una_por_fila",
        "Son lotes, y no una task por venta",
        cuantas <= MUCHAS,
        f"He visto {cuantas} task runs. Cada uno cuesta más que los puntos de una venta: "
        "con unos pocos lotes basta, por ejemplo el doble que procesos.",
        "escala/hilos-y-procesos#que-ha-pasado",
    )
    poner_cuenta(practica)
    dejar(practica, todas.iloc[OTRAS])
    practica.ejecutar()
    yield en_varios_procesos(practica)
    yield cada_venta_una_vez(practica)
    tabla = leer_parquet(practica, INFORME)
    yield con_columnas(
        tabla, "El informe tiene la tienda y sus puntos", "tienda", "puntos"
    )
    yield Punto(
        "otro_total",
        "Los puntos de cada tienda son los de antes",
        obtenidos(tabla) == esperados(practica),
        f"{diferencia(obtenidos(tabla), esperados(practica))} Cada lote da una suma por tienda: "
        "al juntarlos, suma las de la misma tienda.",
        "ejercicios/19-repartir#enunciado",
    )


def dejar(practica: Practica, ventas: pd.DataFrame) -> None:
    """Las ventas que habrá la próxima vez."""
    ventas.to_csv(practica.datos / "ventas.csv", index=False)


def poner_cuenta(practica: Practica) -> None:
    """La que anota dónde se ha hecho, en el lugar de la que trae el enunciado."""
    suya = practica.ejercicio.comienzo.with_name("puntos.py")
    shutil.copy(suya, practica.carpeta / "puntos_sin_anotar.py")
    shutil.copy(ANOTAR, practica.carpeta / "puntos.py")


def hechas(practica: Practica) -> list[list[int]]:
    """Las ventas que ha contado cada proceso."""
    return [
        [int(venta) for venta in apuntes.read_text("utf-8").split()]
        for apuntes in sorted((practica.carpeta / "rastro").glob("*.txt"))
    ]


def en_varios_procesos(practica: Practica) -> Punto:
    """Que trabajen dos o más a la vez."""
    cuantos = len(hechas(practica))
    ninguno = "Nadie ha llamado a puntos_de, de puntos.py: úsala para los puntos de cada venta."
    return Punto(
        "un_proceso",
        "Trabajan a la vez dos procesos o más",
        cuantos >= 2,
        "Todas las ventas se han contado en un mismo proceso, y una cuenta de Python no acaba "
        "antes con hilos. Da al flow un task runner con dos procesos o más, envía todos los "
        "lotes y pide después los resultados."
        if cuantos
        else ninguno,
        "escala/hilos-y-procesos#procesos",
    )


def cada_venta_una_vez(practica: Practica) -> Punto:
    """Que no falte ni se repita ninguna."""
    contadas = sorted(venta for suyas in hechas(practica) for venta in suyas)
    debidas = sorted(int(venta) for venta in las_validas(practica)["venta_id"])
    faltan = len(set(debidas) - set(contadas))
    sobran = len(contadas) - len(set(contadas) & set(debidas))
    return Punto(
        "otras_ventas",
        "Cada venta válida se cuenta una vez",
        contadas == debidas,
        f"He dejado {len(debidas)} ventas válidas: {contar(faltan, 'falta', 'faltan')}; y "
        f"{contar(sobran, 'cuenta sobra', 'cuentas sobran')}. Mira dónde empieza y dónde acaba "
        "cada lote: juntos tienen que dar la tabla entera, haya las ventas que haya.",
        "referencia/datos#venta",
    )


def las_validas(practica: Practica) -> pd.DataFrame:
    return validas(pd.read_csv(practica.datos / "ventas.csv"))


def obtenidos(tabla: pd.DataFrame) -> dict[str, float]:
    """Los puntos del informe; con una tienda en dos filas, no son los de ninguna."""
    if tabla["tienda"].duplicated().any():
        return {}
    puntos = pd.to_numeric(tabla["puntos"], errors="coerce")
    return dict(zip(tabla["tienda"], map(float, puntos), strict=True))


def esperados(practica: Practica) -> dict[str, float]:
    """Los puntos de cada tienda, calculados aquí con la cuenta del enunciado."""
    cuenta: dict[str, object] = {}
    suya = practica.ejercicio.comienzo.with_name("puntos.py")
    exec(compile(suya.read_text("utf-8"), suya.name, "exec"), cuenta)
    ventas = las_validas(practica)
    puntos = ventas["venta_id"].map(cuenta["puntos_de"])
    return {t: float(p) for t, p in puntos.groupby(ventas["tienda"]).sum().items()}


def diferencia(informe: dict[str, float], debido: dict[str, float]) -> str:
    """En qué se aparta el informe de lo que debía decir."""
    if not informe:
        return "El informe no tiene una fila por tienda."
    for tienda, puntos in debido.items():
        if informe.get(tienda) != puntos:
            suyos = f"{informe[tienda]:.0f}" if tienda in informe else "no dice cuántos"
            return f"Para {tienda}, {suyos}, y son {puntos:.0f}."
    return f"Sobra algo: {', '.join(informe.keys() - debido.keys())}."
