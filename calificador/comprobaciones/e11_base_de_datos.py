"""Ejercicio 11: una tabla limpia en SQLite, que no crece, y una consulta con parámetro."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd

from calificador.comprobaciones.aparte import blocks, enumerar, llamar_de_varias_formas
from calificador.comprobaciones.comun import (
    consejo,
    flow_completo,
    unico_flujo,
    validas,
)
from calificador.lengua import contar
from calificador.practica import Practica
from calificador.veredicto import Punto
from motor.ejecuciones import Flujo
from motor.prefect_por_dentro import BLOCK_DE_BASE_DE_DATOS, BLOCK_REPETIDO

BLOCK = "ventas-sqlite"
BASE = "ventas.db"
OMISION, OTRA = "Puebla", "Monterrey"
SIN_VENTAS = "Macondo"  # no es la del enunciado, por si alguien la escribe a mano
CON_COMILLA, TOTAL_CON_COMILLA = "L'Hospitalet", 100.5
COLUMNA = "ventas.tienda"  # la que lee quien pregunta por una tienda
CERO = re.compile(r"(?<![\d.,])0[.,]00(?!\d)")


def comprobar(practica: Practica) -> Iterator[Punto]:
    """Lo que pide el enunciado, de lo primero a lo último."""
    borrar_un_producto(practica)
    entrega = practica.ejecutar()
    flujo = unico_flujo(entrega.flujos)
    yield flow_completo(flujo)
    guardados = blocks(practica, BLOCK_DE_BASE_DE_DATOS)
    yield Punto(
        "sin_block",
        f"Hay un block SqlAlchemyConnector llamado {BLOCK}",
        BLOCK in guardados,
        f"No está en el servidor. {enumerar(guardados)} de ese tipo: guárdalo con "
        f'.save("{BLOCK}", overwrite=True).',
        "guias/bases-de-datos#sqlite",
    )
    yield from la_tabla(practica)
    yield from la_consulta(practica, flujo, entrega.salida)
    yield from la_segunda_vez(practica, flujo)


def la_tabla(practica: Practica) -> Iterator[Punto]:
    """Lo que ha quedado en el archivo."""
    ruta = practica.salida / BASE
    yield Punto(
        "sin_archivo",
        f"La base de datos está en data/output/{BASE}",
        ruta.is_file(),
        f"Ahí no está. {lugar(practica)}",
        "guias/bases-de-datos#sqlite",
    )
    yield Punto(
        "sin_tabla",
        "Tiene una tabla que se llama ventas",
        "ventas" in tablas(ruta),
        f"Sus tablas: {', '.join(tablas(ruta)) or 'ninguna'}. Créala con "
        'to_sql("ventas", conexion, …), con la conexión que da get_connection().',
        "guias/bases-de-datos#escribir",
    )
    tabla = leer(ruta).drop(columns=["index"], errors="ignore")
    repetidas = tabla.duplicated().sum()
    con_huecos = tabla.reindex(columns=["precio", "cantidad"]).isna().any(axis=1).sum()
    yield Punto(
        "repetidas",
        "La tabla no tiene filas repetidas",
        not repetidas,
        f"{quedan(repetidas, 'fila repetida', 'filas repetidas')}. Antes de to_sql, quítalas con "
        "drop_duplicates(), y guarda la tabla que devuelve.",
        "tutorial/primer-flow#transformar",
    )
    yield Punto(
        "incompletas",
        "La tabla no tiene filas sin precio o sin cantidad",
        not con_huecos,
        f"{quedan(con_huecos, 'fila', 'filas')} sin precio o sin cantidad. Antes de to_sql, "
        'quítalas con dropna(subset=["precio", "cantidad"]).',
        "tutorial/primer-flow#transformar",
    )
    filas, esperadas = len(tabla), len(limpiar(practica))
    yield Punto(
        "otras_filas",
        "La tabla tiene todas las ventas válidas",
        filas == esperadas,
        f"Tiene {contar(filas, 'fila', 'filas')} y deberían ser {esperadas}. He borrado el "
        "producto de una venta y vale igual: solo hacen falta el precio y la cantidad, "
        'dropna(subset=["precio", "cantidad"]).',
        "guias/bases-de-datos#escribir",
    )


def la_consulta(practica: Practica, flujo: Flujo, salida: str) -> Iterator[Punto]:
    """El total de una tienda, que se elige con un parámetro."""
    parametros = practica.cliente.read_flow_run(flujo.id).parameters
    yield Punto(
        "sin_parametro",
        "El flow tiene un parámetro tienda",
        "tienda" in parametros,
        f"Sus parámetros: {', '.join(parametros) or 'ninguno'}. Añade al flow "
        'tienda: str = "Puebla" y úsalo en la consulta.',
        "tutorial/flow-y-task#parametros",
    )
    tienda = parametros["tienda"]
    yield Punto(
        "otro_total",
        "El total de la tienda es correcto",
        imprime(salida, total(practica, tienda)),
        f"No lo veo en lo que imprimes: {tienda} ha vendido {total(practica, tienda):.2f}. "
        "Es la suma de precio * cantidad de las filas de esa tienda.",
        "guias/bases-de-datos#consultar",
    )


def la_segunda_vez(practica: Practica, flujo: Flujo) -> Iterator[Punto]:
    """El programa otra vez, y después el flow de otras maneras: nada crece ni se rompe."""
    abrir_tienda(practica)
    segunda = practica.lanzar(practica.ejercicio.archivo)
    error = segunda.error if segunda.codigo else ""
    filas, esperadas = len(leer(practica.salida / BASE)), len(limpiar(practica))
    yield Punto(
        "block_repetido",
        "El block se puede guardar otra vez",
        BLOCK_REPETIDO not in error,
        "La segunda vez, el programa falla: ya hay un block con ese nombre. Para "
        f'sustituirlo, .save("{BLOCK}", overwrite=True).',
        "guias/bases-de-datos#guardar",
    )
    ya_existe = "already exists" in error
    visto = (
        "La segunda vez falla porque la tabla ya existe."
        if ya_existe
        else f"Tras la segunda vez hay {contar(filas, 'fila', 'filas')}, y deberían ser "
        f"{esperadas}."
    )
    yield Punto(
        "crece",
        "Ejecutarlo otra vez no duplica las filas",
        not ya_existe and bool(error or filas == esperadas),
        f'{visto} Con if_exists="replace", to_sql sustituye la tabla.',
        "guias/bases-de-datos#escribir",
    )
    yield Punto(
        "solo_una_vez",
        "Se puede ejecutar más de una vez",
        not error,
        f"La segunda vez falla: {primera_linea(error)}. Nada de lo que hace el programa "
        "puede suponer que es la primera.",
        "guias/bases-de-datos#escribir",
    )
    yield from con_otras_tiendas(practica, flujo)


def con_otras_tiendas(practica: Practica, flujo: Flujo) -> Iterator[Punto]:
    """El flow sin decir la tienda, y con una que se acaba de abrir."""
    parametros = practica.cliente.read_flow_run(flujo.id).parameters
    otras = [{"tienda": CON_COMILLA}, {"tienda": SIN_VENTAS}]
    salida, (sin_decirla, con_comilla, sin_ventas) = llamar_de_varias_formas(
        practica, flujo.nombre, [{}, *(parametros | otra for otra in otras)]
    )
    yield Punto(
        "sin_omision",
        f"Si no se dice la tienda, es {OMISION}",
        "error" not in sin_decirla and imprime(salida, total(practica, OMISION)),
        f"He llamado al flow sin argumentos y no veo el total de {OMISION}. "
        f"{primera_linea(sin_decirla.get('mensaje', ''))} El valor por omisión va en la línea "
        f'de def: tienda: str = "{OMISION}".',
        "tutorial/flow-y-task#parametros",
    )
    yield Punto(
        "sin_preguntar",
        "El total sale de la base de datos",
        any(
            COLUMNA in llamada["leido"].split()
            for llamada in (sin_decirla, con_comilla, sin_ventas)
        ),
        "He llamado al flow tres veces y ninguna ha mirado en la base de datos de qué tienda "
        "es cada venta: sumas en otro sitio. Pregúntaselo a ella, con SELECT "
        "sum(precio * cantidad) FROM ventas WHERE tienda = :tienda.",
        "guias/bases-de-datos#consultar",
    )
    yield Punto(
        "sql_pegado",
        "Un nombre con comillas no rompe la consulta",
        "error" not in con_comilla and imprime(salida, total(practica, CON_COMILLA)),
        f"He abierto una tienda, {CON_COMILLA}, y he llamado al flow con su nombre. "
        f"{primera_linea(con_comilla.get('mensaje', 'No imprime su total'))}. Escribe :tienda "
        "en la consulta y da el valor aparte: pegado al SQL, un nombre puede romperlo o "
        "cambiarlo.",
        "guias/bases-de-datos#que-ha-pasado",
    )
    yield Punto(
        "todas_las_tiendas",
        "Solo sale el total de la tienda que se pide",
        not imprime(salida, total(practica, OTRA)),
        f"Sale también el de {OTRA}, y no lo he pedido. Añade a la consulta "
        "WHERE tienda = :tienda.",
        "guias/bases-de-datos#que-ha-pasado",
    )
    yield Punto(
        "sin_decimales",
        "El total tiene dos decimales",
        bool(re.search(rf"\b{TOTAL_CON_COMILLA:.2f}\b".replace(r".", "[.,]"), salida)),
        f"El total de {CON_COMILLA} es {TOTAL_CON_COMILLA:.2f}, y no lo veo escrito así. Una "
        "cifra se imprime con dos decimales con {total:.2f}.",
    )
    yield Punto(
        "sin_ventas",
        "Una tienda que no ha vendido nada vende 0.00",
        "error" not in sin_ventas and bool(CERO.search(salida)),
        f"He llamado al flow con {SIN_VENTAS}, que no tiene ninguna venta. "
        f"{primera_linea(sin_ventas.get('mensaje', 'No imprime 0.00'))}. La suma de ninguna fila "
        "es NULL, que en Python es None: cámbialo por 0 antes de imprimirlo.",
        "ejercicios/11-base-de-datos#enunciado",
    )


def borrar_un_producto(practica: Practica) -> None:
    """Deja sin producto una venta de la copia, que sigue siendo válida."""
    todas = ventas(practica)
    todas.loc[validas(todas).index[0], "producto"] = None
    todas.to_csv(csv(practica), index=False)


def abrir_tienda(practica: Practica) -> None:
    """Añade al CSV de la copia dos ventas de una tienda con una comilla en su nombre."""
    todas = ventas(practica)
    nuevas = todas.dropna().head(2)
    nuevas = nuevas.assign(
        tienda=CON_COMILLA,
        venta_id=[90001, 90002],
        precio=[10.25, 20.0],
        cantidad=[2, 4],
    )
    pd.concat([todas, nuevas]).to_csv(csv(practica), index=False)


def csv(practica: Practica) -> Path:
    return practica.datos / "ventas.csv"


def ventas(practica: Practica) -> pd.DataFrame:
    return pd.read_csv(csv(practica))


def limpiar(practica: Practica) -> pd.DataFrame:
    return validas(ventas(practica))


def total(practica: Practica, tienda: str) -> float:
    """Lo vendido por una tienda, calculado aquí."""
    suyas = limpiar(practica).query("tienda == @tienda")
    return float((suyas["precio"] * suyas["cantidad"]).sum())


def imprime(salida: str, cifra: float) -> bool:
    """Si entre los números que se han impreso está ese, con un centavo de margen."""
    numeros = re.findall(r"\d[\d,]*(?:\.\d+)?", salida)
    return any(abs(float(n.replace(",", "")) - cifra) < 0.01 for n in numeros)


def primera_linea(error: str) -> str:
    """La que dice qué ha fallado; SQLAlchemy añade la consulta y una dirección."""
    return error.partition("\n")[0].rstrip(".")


def tablas(ruta: Path) -> list[str]:
    """Los nombres de las tablas; ninguna, si no es una base de datos."""
    try:
        with closing(sqlite3.connect(ruta)) as base:
            filas = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return [nombre for (nombre,) in filas]
    except sqlite3.DatabaseError:
        return []


def leer(ruta: Path) -> pd.DataFrame:
    with closing(sqlite3.connect(ruta)) as base:
        return pd.read_sql("SELECT * FROM ventas", base)


def lugar(practica: Practica) -> str:
    """Dónde ha ido a parar, si está en otro sitio."""
    if any(practica.raiz.rglob(BASE)):
        return consejo(practica, BASE)
    return f"Da a la conexión database=str(BASE), con la ruta completa de {BASE}."


def quedan(cuantas: int, una: str, varias: str) -> str:
    """«Queda 1 fila» o «Quedan 3 filas»."""
    return f"{'Queda' if cuantas == 1 else 'Quedan'} {contar(cuantas, una, varias)}"
