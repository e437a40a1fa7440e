"""Ejercicio 20: el mismo resumen, sin que la memoria crezca con las ventas."""

import math
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from calificador.comprobaciones.comun import (
    coinciden,
    con_columnas,
    flow_completo,
    leer_parquet,
    unico_flujo,
)
from calificador.practica import Practica
from calificador.veredicto import Punto, Tropiezo

PESAR = Path(__file__).with_name("pesar.py")
RESUMEN = "por_tienda.parquet"
TIENDAS = ["Centro", "Norte", "Sur", "Online"]
# Los meses no tienen las mismas ventas: con ellos, la media de las medias no es la media.
POCAS = {"2025-01": 700, "2025-02": 1900, "2025-03": 300, "2025-04": 1100}
ANOS, AL_MES = range(2016, 2026), 25_000
MUCHAS = {f"{ano}-{mes:02}": AL_MES for ano in ANOS for mes in range(1, 13)}
MEGA = 1024**2
# Todas a la vez ocupan más de 90 megas, aunque solo se lean tres columnas y sin pandas; mes a
# mes o lote a lote, menos de 30.
CABEN = 60 * MEGA


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    escribir(practica, POCAS)
    entrega = practica.ejecutar()
    yield flow_completo(unico_flujo(entrega.flujos))
    resumen = leer_parquet(practica, RESUMEN)
    yield con_columnas(
        resumen,
        "El resumen tiene las cuatro columnas",
        *("tienda", "ventas", "total", "media"),
        pagina="escala/no-cabe-en-memoria#por-partes",
    )
    yield mismas_cifras(resumen, POCAS)
    yield misma_media(resumen)
    con_pocas = pesar(practica)
    escribir(practica, MUCHAS)
    yield from con_muchas(practica, con_pocas)


def mismas_cifras(resumen: pd.DataFrame, filas: dict[str, int]) -> Punto:
    """Que las ventas y los totales sean los de antes."""
    esperado = esperar(filas)
    suyo = por_tienda(resumen)
    return Punto(
        "otras_cifras",
        "Las ventas y el total de cada tienda son los mismos",
        all(coinciden(suyo[c], esperado[c]) for c in ("ventas", "total")),
        f"{diferencia(suyo, esperado)} Cada lote suma lo suyo, cantidad * precio, y al final "
        "hay una fila por tienda con la suma de todos los lotes.",
        "escala/no-cabe-en-memoria#por-partes",
    )


def misma_media(resumen: pd.DataFrame) -> Punto:
    """Que la media sea la de todas las ventas."""
    suya, esperada = por_tienda(resumen)["media"], esperar(POCAS)["media"]
    return Punto(
        "media_de_medias",
        "La media es la de todas las ventas",
        coinciden(suya, esperada),
        f"Para Centro dice {suya.get('Centro')}, y es {esperada['Centro']}. La media de las "
        "medias de cada parte no es la media: las partes no tienen las mismas ventas. "
        "Divide al final el total entre las ventas.",
        "escala/no-cabe-en-memoria#por-partes",
    )


def con_muchas(practica: Practica, con_pocas: float) -> Iterator[Punto]:
    """Diez años de ventas: se cuentan todas, y no ocupan más que unas pocas."""
    crece = pesar(practica) - con_pocas
    if crece == math.inf:  # no ha llegado a escribir el resumen
        yield sin_crecer(crece)
    suyo, esperado = por_tienda(leer_parquet(practica, RESUMEN)), esperar(MUCHAS)
    yield Punto(
        "faltan_meses",
        "Cuenta las ventas de todos los archivos",
        coinciden(suyo["ventas"], esperado["ventas"]),
        f"He puesto {len(MUCHAS)} meses en ventas_por_mes, desde {min(MUCHAS)}. "
        f"{diferencia(suyo, esperado)} Lee los archivos que haya, sin escribir sus nombres.",
        "escala/no-cabe-en-memoria#por-partes",
    )
    yield sin_crecer(crece)


def sin_crecer(crece: float) -> Punto:
    """Que la memoria sea la misma con muchas ventas que con pocas."""
    visto = (
        "se ha quedado sin memoria"
        if crece == math.inf
        else f"ha ocupado {crece / MEGA:.0f} megas más que con unas pocas"
    )
    return Punto(
        "de_golpe",
        "La memoria no crece con las ventas",
        crece < CABEN,
        f"Con {sum(MUCHAS.values())} ventas, tu programa {visto}: en algún momento están "
        "todas a la vez. Recorre los archivos y, de cada uno, los lotes de iter_batches; "
        "guarda solo el resumen de cada lote, y no el lote. O pídeselo a DuckDB.",
        "escala/no-cabe-en-memoria#por-partes",
    )


def escribir(practica: Practica, filas: dict[str, int]) -> None:
    """Deja en la copia un archivo por mes con esas ventas, y ningún otro."""
    carpeta = practica.salida / "ventas_por_mes"
    if carpeta.is_dir():
        shutil.rmtree(carpeta)
    carpeta.mkdir(parents=True, exist_ok=True)
    hechos: dict[int, Path] = {}
    for mes, cuantas in filas.items():
        ruta = carpeta / f"{mes}.parquet"
        if cuantas in hechos:  # escribir cien veces lo mismo tarda
            shutil.copyfile(hechos[cuantas], ruta)
        else:
            inventar(cuantas).to_parquet(ruta, index=False)
            hechos[cuantas] = ruta


def inventar(cuantas: int) -> pd.DataFrame:
    """Las ventas de un mes, con las columnas de las de la guía."""
    numeros = pd.Series(range(cuantas))
    return pd.DataFrame(
        {
            "fecha": pd.Timestamp("2025-01-01"),
            "tienda": pd.Categorical.from_codes(numeros % len(TIENDAS), TIENDAS),
            "codigo": 2_000_000_000_008,
            "cantidad": 1 + numeros % 5,
            "precio": 10 + (numeros % 97 + cuantas % 89) / 4,
        }
    )


def esperar(filas: dict[str, int]) -> pd.DataFrame:
    """El resumen de esas ventas, calculado aquí."""
    meses = pd.Series(list(filas.values())).value_counts()
    partes = []
    for cuantas, veces in meses.items():
        ventas = inventar(cuantas)
        importe = ventas["cantidad"] * ventas["precio"]
        parte = importe.groupby(ventas["tienda"].astype(str)).agg(["count", "sum"])
        partes.append(parte * veces)
    resumen = pd.concat(partes).groupby(level=0).sum()
    resumen.columns = ["ventas", "total"]
    resumen["media"] = resumen["total"] / resumen["ventas"]
    return resumen.round(2)


def por_tienda(resumen: pd.DataFrame) -> pd.DataFrame:
    """El resumen del estudiante, con la tienda en el índice."""
    return resumen.assign(tienda=resumen["tienda"].astype(str)).set_index("tienda")


def diferencia(suyo: pd.DataFrame, esperado: pd.DataFrame) -> str:
    """La primera cifra que no es la que debía ser."""
    if sorted(suyo.index) != sorted(esperado.index):
        return f"Sus tiendas son {', '.join(suyo.index)}."
    for tienda in esperado.index:
        for columna in ("ventas", "total"):
            dice, es = suyo.loc[tienda, columna], esperado.loc[tienda, columna]
            if not abs(dice - es) < 0.02:
                return f"Para {tienda}, {columna} es {es:.10g}, y dice {dice:.10g}."
    return ""


def pesar(practica: Practica) -> float:
    """Lo más que ocupa el programa con las ventas que haya, en bytes; infinito, si no le caben.

    Raises:
        Tropiezo: si no termina bien por otra cosa.
    """
    destino = practica.raiz / "pico.txt"
    destino.unlink(missing_ok=True)
    archivo = practica.carpeta / practica.ejercicio.archivo
    entrega = practica.lanzar(str(PESAR), str(archivo), str(destino))
    if "MemoryError" in entrega.error or entrega.codigo == -signal.SIGABRT:
        return math.inf  # sin memoria, una biblioteca de C aborta
    if entrega.codigo:
        raise practica.diagnostico.con_error(entrega)
    if not destino.exists():
        raise Tropiezo(
            f"«{archivo.name}» termina antes de tiempo",
            "¿Llamas a exit? Un programa termina solo al llegar al final.",
        )
    return int(destino.read_text("utf-8"))
