"""Ejercicio 3: un ETL en tres tasks que suma los ingresos de cada tienda."""

from collections.abc import Iterator

import pandas as pd

from calificador.comprobaciones.comun import (
    coinciden,
    con_columnas,
    consejo,
    flow_completo,
    leer_parquet,
    unico_flujo,
)
from calificador.practica import Practica
from calificador.veredicto import Punto

RESUMEN = "ingresos_por_tienda.parquet"
FIRMA = b"PAR1"  # con lo que empieza todo archivo Parquet
SIN_PRECIOS = "Puebla"  # en los otros datos, ninguna de sus ventas tiene precio


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    flujo = unico_flujo(practica.ejecutar().flujos)
    yield flow_completo(
        flujo,
        " Busca en el log qué task ha fallado y por qué.",
        "tutorial/primer-flow#cuando-falla",
    )
    yield Punto(
        "sin_tasks",
        "El trabajo se reparte en tres tasks",
        len(flujo.tareas) >= 3,
        f"He visto {len(flujo.tareas)}. Extraer, transformar y cargar son tres funciones, cada "
        "una con @task encima.",
        "tutorial/flow-y-task#task",
    )
    yield from archivo(practica)
    yield from cuentas(practica)
    yield from con_otros_datos(practica)


def archivo(practica: Practica) -> Iterator[Punto]:
    """Que el resultado esté en su sitio y sea lo que dice ser."""
    ruta = practica.salida / RESUMEN
    yield Punto(
        "sin_guardar",
        f"El resultado está en data/output/{RESUMEN}",
        ruta.is_file(),
        consejo(practica, RESUMEN),
        "tutorial/primer-flow#rutas",
    )
    yield Punto(
        "no_es_parquet",
        "El archivo es un Parquet",
        ruta.read_bytes().startswith(FIRMA),
        "Se llama .parquet, pero lo que hay dentro es otra cosa: el nombre no cambia el "
        "formato. Guárdalo con to_parquet(…).",
        "tutorial/primer-flow#resultado",
    )
    yield con_columnas(
        leer(practica),
        "Tiene las columnas tienda e ingresos",
        "tienda",
        "ingresos",
        pagina="referencia/datos#ventas",
    )


def cuentas(practica: Practica) -> Iterator[Punto]:
    """Que los ingresos sean los que son."""
    obtenidos = ingresos(leer(practica))
    yield Punto(
        "repetidas",
        "Las ventas repetidas cuentan una vez",
        not coinciden(obtenidos, calcular(practica, repetidas=True)),
        "Tus cifras incluyen filas repetidas: es dinero que no existe. Quítalas con "
        "drop_duplicates() y usa la tabla que devuelve.",
        "referencia/datos#venta",
    )
    yield Punto(
        "otros_ingresos",
        "Los ingresos de cada tienda son correctos",
        coinciden(obtenidos, calcular(practica)),
        "No salen las cifras. Debe haber una fila por tienda, con la suma de precio × "
        "cantidad de sus ventas.",
        "referencia/datos#ventas",
    )


def con_otros_datos(practica: Practica) -> Iterator[Punto]:
    """Que el resultado salga de los datos: con otros, es otro.

    Con los de la guía, el orden alfabético es ya el de mayor a menor y las sumas son exactas.
    """
    cambiar_datos(practica)
    (practica.salida / RESUMEN).unlink()
    practica.lanzar(practica.ejercicio.archivo)
    hay = (practica.salida / RESUMEN).is_file()
    obtenidos = ingresos(leer(practica)) if hay else pd.Series(dtype=float)
    yield Punto(
        "a_mano",
        "Con otro ventas.csv, el resultado cambia",
        coinciden(obtenidos.drop(SIN_PRECIOS, errors="ignore"), calcular(practica)),
        "He cambiado data/ventas.csv, he vuelto a ejecutar tu programa y sus cifras no son "
        "las de esos datos. Calcúlalo todo a partir del archivo, sin escribir números.",
        "tutorial/primer-flow#flow",
    )
    yield Punto(
        "sin_dropna",
        "Las ventas sin precio o sin cantidad no cuentan",
        SIN_PRECIOS not in obtenidos.index,
        "He probado con una tienda en la que ninguna venta tiene precio, y sale en tu "
        'resultado. Quita esas filas con dropna(subset=["precio", "cantidad"]).',
        "referencia/datos#venta",
    )
    yield Punto(
        "sin_redondear",
        "Los ingresos están redondeados a centavos",
        obtenidos.equals(obtenidos.round(2)),
        "Con otras ventas, las cifras tienen más de dos decimales: "
        f"{', '.join(map(repr, obtenidos.tolist()))}. Redondea con round(2) después de sumar.",
        "referencia/datos#dinero",
    )
    yield Punto(
        "sin_ordenar",
        "Las tiendas van de mayor a menor",
        obtenidos.is_monotonic_decreasing,
        "Con otras ventas, las tiendas que más ingresan no salen primero: "
        f"{', '.join(map(str, obtenidos.index))}. Ordena por ingresos con sort_values y "
        "ascending=False.",
    )


def leer(practica: Practica) -> pd.DataFrame:
    """El resultado; la tienda puede ser una columna o el índice."""
    tabla = leer_parquet(practica, RESUMEN)
    return tabla.reset_index() if "tienda" in tabla.index.names else tabla


def ingresos(tabla: pd.DataFrame) -> pd.Series:
    """Los ingresos por tienda, en el orden del archivo."""
    return pd.to_numeric(tabla.set_index("tienda")["ingresos"], errors="coerce")


def calcular(practica: Practica, *, repetidas: bool = False) -> pd.Series:
    """Los ingresos de cada tienda, calculados aquí."""
    ventas = pd.read_csv(practica.datos / "ventas.csv")
    if not repetidas:
        ventas = ventas.drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    return (ventas["precio"] * ventas["cantidad"]).groupby(ventas["tienda"]).sum()


def cambiar_datos(practica: Practica) -> None:
    """Cambia el orden de las tiendas, deja milésimas en las sumas y a una, sin precios."""
    ruta = practica.datos / "ventas.csv"
    ventas = pd.read_csv(ruta, dtype=str, keep_default_na=False)
    tiendas = sorted(ventas["tienda"].unique())
    otras = dict(zip(tiendas, reversed(tiendas), strict=True))
    ventas["tienda"] = ventas["tienda"].map(otras)
    completas = ventas[(ventas["precio"] != "") & (ventas["cantidad"] != "")]
    una_por_tienda = completas.drop_duplicates("tienda")["venta_id"]
    ventas.loc[ventas["venta_id"].isin(una_por_tienda), "precio"] += "3"
    ventas.loc[ventas["tienda"] == SIN_PRECIOS, "precio"] = ""
    ventas.to_csv(ruta, index=False)
