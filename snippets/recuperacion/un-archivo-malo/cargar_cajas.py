"""Carga los archivos de las cajas: los buenos entran, y los malos se apartan con su motivo."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

from prefect import flow, task
from prefect.states import Completed, Failed, State

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
ENTRADA, CUARENTENA = SALIDA / "entrada", SALIDA / "cuarentena"
ALMACEN = SALIDA / "cajas.db"
Venta = tuple[str, str, int, float]


def leer(ruta: Path) -> list[Venta]:
    """Las ventas de un archivo.

    Raises:
        ValueError: si no se entiende; el mensaje dice por qué.
    """
    with ruta.open(encoding="utf-8", newline="") as archivo:
        filas = list(csv.DictReader(archivo))
    if not filas:
        raise ValueError("no tiene ninguna venta")
    if faltan := {"producto", "cantidad", "precio"} - filas[0].keys():
        raise ValueError(f"falta la columna {', '.join(sorted(faltan))}")
    return [venta(ruta.name, numero, fila) for numero, fila in enumerate(filas, 1)]


def venta(caja: str, numero: int, fila: dict[str, str]) -> Venta:
    """Una venta, con sus números convertidos.

    Raises:
        ValueError: si alguno no lo es.
    """
    try:
        return caja, fila["producto"], int(fila["cantidad"]), float(fila["precio"])
    except (TypeError, ValueError) as error:
        raise ValueError(f"venta {numero}: {error}") from error


def apartar(ruta: Path, motivo: str) -> None:
    """Se lleva un archivo a la cuarentena, con una nota al lado."""
    CUARENTENA.mkdir(exist_ok=True)
    (CUARENTENA / f"{ruta.stem}.motivo.txt").write_text(motivo, encoding="utf-8")
    ruta.replace(CUARENTENA / ruta.name)
    print(f"Apartado {ruta.name}: {motivo}")


@task(task_run_name="desde {rutas[0].stem}")
def cargar_lote(rutas: list[Path]) -> int:
    """Carga unos archivos en una transacción, y dice cuántos ha apartado."""
    buenos, malos = {}, {}
    for ruta in rutas:
        try:
            buenos[ruta] = leer(ruta)
        except ValueError as error:
            malos[ruta] = str(error)
    with closing(sqlite3.connect(ALMACEN)) as base, base:
        base.execute(
            "CREATE TABLE IF NOT EXISTS ventas (caja, producto, cantidad, precio)"
        )
        for ruta, ventas in buenos.items():
            base.execute("DELETE FROM ventas WHERE caja = ?", [ruta.name])
            base.executemany("INSERT INTO ventas VALUES (?, ?, ?, ?)", ventas)
    for ruta, motivo in malos.items():
        apartar(ruta, motivo)
    return len(malos)


@flow(log_prints=True)
def carga_de_cajas(por_lote: int = 100) -> State:
    """Carga la carpeta de entrada y dice cómo ha ido."""
    rutas = sorted(ENTRADA.glob("*.csv"))
    lotes = [rutas[i : i + por_lote] for i in range(0, len(rutas), por_lote)]
    apartados = sum(cargar_lote(lote) for lote in lotes)
    cuenta = f"{len(rutas) - apartados} cargados, {apartados} apartados"
    if apartados == len(rutas):
        return Failed(message=cuenta)
    return Completed(name="ConApartados" if apartados else None, message=cuenta)


if __name__ == "__main__":
    carga_de_cajas()
