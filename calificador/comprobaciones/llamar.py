"""Llama al flow de un archivo con varios argumentos y apunta qué pasa con cada llamada.

Uso: python llamar.py ARCHIVO FLOW LLAMADAS DESTINO   (LLAMADAS: una lista de objetos JSON)

Se ejecuta aparte, como cualquier programa del estudiante: importa su archivo y busca el
flow por el nombre que le puso Prefect, así que da igual cómo se llame la función. De cada
llamada apunta también qué columnas de SQLite ha leído.
"""

import asyncio
import inspect
import json
import runpy
import sqlite3
import sys
from pathlib import Path

from prefect import Flow


def buscar(archivo: str, nombre: str) -> Flow:
    """El flow con ese nombre, importando el archivo sin ejecutarlo."""
    objetos = runpy.run_path(archivo, run_name="entrega").values()
    return next(o for o in objetos if isinstance(o, Flow) and o.name == nombre)


def llamar(flow: Flow, argumentos: dict[str, object]) -> dict[str, str]:
    """Lo que devuelve la llamada, o su error."""
    try:
        valor = flow(**argumentos)
        if inspect.isawaitable(valor):
            valor = asyncio.run(valor)
    except (Exception, SystemExit) as error:
        return {"error": type(error).__name__, "mensaje": str(error)}
    return {"valor": str(valor).removesuffix(".0")}


def vigilar_lecturas() -> set[str]:
    """Apunta cada `tabla.columna` que lea, desde ahora, cualquier conexión de SQLite.

    Lo dice la propia base de datos al preparar cada consulta (`sqlite3.SQLITE_READ`), así que
    da igual quién la escriba: `text`, `pd.read_sql`, una vista o el ORM.
    """
    leidas: set[str] = set()
    conectar = sqlite3.connect

    def autorizar(
        accion: int, tabla: str | None, columna: str | None, *_: object
    ) -> int:
        if accion == sqlite3.SQLITE_READ:
            leidas.add(f"{tabla}.{columna}".lower())
        return sqlite3.SQLITE_OK

    def conectar_y_vigilar(*args: object, **kwargs: object) -> sqlite3.Connection:
        base = conectar(*args, **kwargs)
        base.set_authorizer(autorizar)
        return base

    sqlite3.connect = sqlite3.dbapi2.connect = conectar_y_vigilar
    return leidas


def llamar_y_vigilar(
    flow: Flow, argumentos: dict[str, object], leidas: set[str]
) -> dict[str, str]:
    """Como `llamar`, y además lo que se ha leído entretanto, separado por espacios."""
    leidas.clear()
    return llamar(flow, argumentos) | {"leido": " ".join(sorted(leidas))}


if __name__ == "__main__":
    archivo, nombre, llamadas, destino = sys.argv[1:]
    leidas = vigilar_lecturas()
    flow = buscar(archivo, nombre)
    respuestas = [llamar_y_vigilar(flow, a, leidas) for a in json.loads(llamadas)]
    Path(destino).write_text(json.dumps(respuestas), "utf-8")
