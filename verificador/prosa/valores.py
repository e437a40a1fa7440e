"""De dónde sale un valor de la prosa: lo que dice su etiqueta, calculado de nuevo.

| Etiqueta | Valor |
|---|---|
| `etl_ventas.txt: # filas leídas` | el número que hay en «#» en ese archivo |
| `PREFECT_API_URL` | el valor por omisión de ese ajuste |
| `prefect.task(retries)` | el valor por omisión de ese parámetro |
| `len(ventas)` | una expresión de pandas sobre las tablas de data/ |
| `cuenta: docs/ejercicios/??-*.md` | cuántos archivos hay |
| `filas: #problemas` | cuántas filas tiene la primera tabla o lista de esa sección |
"""

import importlib
import inspect
import re
from functools import cache
from typing import Any

from motor.rutas import RAIZ, SNIPPETS
from verificador.pagina import Pagina
from verificador.prosa import evidencias, letras

DE_ARCHIVO = re.compile(r"(?P<archivo>[\w./ *-]+\.\w+): (?P<contexto>.*#.*)")
AJUSTE = re.compile(r"PREFECT_[A-Z_]+")
PARAMETRO = re.compile(r"(?P<objeto>prefect\w*(?:\.\w+)+)\((?P<nombre>\w+)\)")
NUMERO = r"(\d+(?:[.,]\d+)*)"
TABLAS = ("ventas", "usuarios", "productos")


class SinValor(Exception):
    """Una etiqueta de la que no sale ningún valor; el mensaje dice por qué."""


def valor(etiqueta: str, pagina: Pagina) -> str:
    """El valor que dice una etiqueta.

    Raises:
        SinValor: si no dice ninguno.
    """
    if hallada := DE_ARCHIVO.fullmatch(etiqueta):
        return de_archivo(hallada["archivo"], hallada["contexto"], pagina)
    if AJUSTE.fullmatch(etiqueta):
        return de_ajuste(etiqueta)
    if hallada := PARAMETRO.fullmatch(etiqueta):
        return de_parametro(hallada["objeto"], hallada["nombre"])
    forma, _, resto = etiqueta.partition(": ")
    if forma == "cuenta":
        return str(len(list(RAIZ.glob(resto))))
    if forma == "filas":
        return de_filas(resto.removeprefix("#"), pagina)
    return de_datos(etiqueta)


def coincide(escrito: str, real: str) -> bool:
    """Si un valor escrito en la prosa es el real, quizá en letras, redondeado o abreviado."""
    if escrito.strip() == real:
        return True
    dicho, medido = letras.valor_de(escrito), letras.valor_de(real)
    if dicho is None or medido is None:
        return real.startswith(f"{escrito.strip()}.")  # «3.9» de la versión 3.9.1
    _, _, decimales = escrito.strip().partition(".")
    return dicho in (medido, round(medido, len(decimales)))


def de_archivo(nombre: str, contexto: str, pagina: Pagina) -> str:
    """El número que ocupa el lugar de «#» en un texto de un archivo."""
    texto = texto_de(nombre, pagina)
    patron = re.escape(re.sub(r"\s+", " ", contexto)).replace(r"\#", NUMERO, 1)
    patron = patron.replace(r"\#", r"[\d.,]+").replace(r"\ ", r"\s+")
    hallados = set(
        re.findall(rf"(?<![\w.]){patron}" if contexto[0] == "#" else patron, texto)
    )
    if len(hallados) != 1:
        cuantos = f"dice {len(hallados)} números distintos" if hallados else "no está"
        raise SinValor(f"«{contexto}» {cuantos} en {nombre}")
    return hallados.pop()


def texto_de(nombre: str, pagina: Pagina) -> str:
    """El texto de un archivo de la página, de snippets/ o de la raíz.

    Raises:
        SinValor: si no está o hay varios que se llamen así.
    """
    propios = sorted(a for a in pagina.incluidos if a.name == nombre)
    if len(propios) > 1:
        raise SinValor(f"la página incluye varios «{nombre}»: escribe su ruta")
    candidatos = [*propios, SNIPPETS / nombre, RAIZ / nombre]
    ruta = next((c for c in candidatos if c.is_file()), None)
    if ruta is None:
        raise SinValor(
            f"ni la página incluye «{nombre}» ni está en snippets/ o en la raíz"
        )
    return (
        evidencias.de_figura(ruta) if ruta.suffix == ".svg" else ruta.read_text("utf-8")
    )


def de_ajuste(nombre: str) -> str:
    """El valor por omisión de un ajuste de Prefect."""
    from prefect import settings

    try:
        return publicar(getattr(settings, nombre).default())
    except AttributeError:
        raise SinValor(f"Prefect no tiene el ajuste {nombre}") from None


def de_parametro(camino: str, nombre: str) -> str:
    """El valor por omisión de un parámetro de Prefect."""
    parametro = inspect.signature(objeto(camino)).parameters.get(nombre)
    if parametro is None or parametro.default is inspect.Parameter.empty:
        raise SinValor(f"{camino} no tiene un valor por omisión para «{nombre}»")
    return publicar(parametro.default)


def objeto(camino: str) -> Any:  # noqa: ANN401 - cualquier objeto de Prefect
    """Lo que nombra un camino con puntos, importando lo que haga falta."""
    modulo, _, atributo = camino.rpartition(".")
    try:
        return importlib.import_module(camino)
    except ImportError:
        if not modulo:
            raise SinValor(f"no existe «{camino}»") from None
    padre = objeto(modulo)
    if not hasattr(padre, atributo):
        raise SinValor(f"«{modulo}» no tiene «{atributo}»")
    return getattr(padre, atributo)


def de_filas(ancla: str, pagina: Pagina) -> str:
    """Cuántas filas tiene la primera tabla, o elementos la primera lista, de una sección."""
    tramo = evidencias.secciones(pagina).get(ancla)
    if tramo is None:
        raise SinValor(f"la página no tiene la sección «{ancla}»")
    textos = [pagina.texto[n][0] for n in tramo]
    for principio, sobran in (("|", 2), ("- ", 0), ("1. ", 0)):
        empieza = re.compile(r"\d+\. " if principio == "1. " else re.escape(principio))
        numeros = [n for n, t in enumerate(textos) if empieza.match(t)]
        if numeros:
            return str(len(seguidas(textos, numeros)) - sobran)
    raise SinValor(f"la sección «{ancla}» no tiene tabla ni lista")


def seguidas(textos: list[str], numeros: list[int]) -> list[int]:
    """Las líneas de la primera tabla o lista: hasta que llega otro texto sin sangrar."""
    fin = next(
        (
            n
            for n in range(numeros[0], len(textos))
            if n not in numeros and re.match(r"[^\s]", textos[n])
        ),
        len(textos),
    )
    return [n for n in numeros if n < fin]


@cache
def tablas() -> dict[str, Any]:
    """Las tablas de data/, tal como están."""
    import pandas as pd

    return {nombre: pd.read_csv(RAIZ / "data" / f"{nombre}.csv") for nombre in TABLAS}


def de_datos(expresion: str) -> str:
    """Lo que vale una expresión de pandas sobre las tablas de data/."""
    if not re.search(rf"\b({'|'.join(TABLAS)})\b", expresion):
        raise SinValor(f"no se entiende la etiqueta «{expresion}»")
    import pandas as pd

    entorno = {"len": len, "sum": sum, "round": round, "min": min, "max": max, "pd": pd}
    try:
        return publicar(eval(expresion, {"__builtins__": {}}, entorno | tablas()))
    except Exception as error:
        raise SinValor(f"«{expresion}» falla: {error}") from error


def publicar(dato: object) -> str:
    """Un valor como se escribe en la prosa."""
    if hasattr(dato, "total_seconds"):
        dato = dato.total_seconds()
    if isinstance(dato, float) and dato.is_integer():
        dato = int(dato)
    return str(dato)
