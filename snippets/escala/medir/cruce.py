"""A partir de cuántas filas compensa repartir, según lo que midió el banco."""

import json
from itertools import pairwise
from pathlib import Path

MEDIDO = json.loads(Path("resultados.json").read_text("utf-8"))


def tiempos(motor: str) -> dict[int, float]:
    """Los segundos de un motor con cada número de filas."""
    de_este = [m for m in MEDIDO["medidas"] if m["motor"] == motor]
    return {m["filas"]: m["segundos"] for m in de_este}


def cruce(uno: str, otro: str) -> int | None:
    """Las filas con que `otro` alcanza a `uno`: en línea recta entre dos medidas."""
    unos, otros = tiempos(uno), tiempos(otro)
    retrasos = [(filas, otros[filas] - unos[filas]) for filas in sorted(unos)]
    for (pocas, antes), (muchas, despues) in pairwise(retrasos):
        if antes > 0 >= despues:
            return round(pocas + (muchas - pocas) * antes / (antes - despues))
    return None


if __name__ == "__main__":
    for motor in ("procesos", "dask"):
        desde = cruce("directo", motor)
        print(f"{motor}: {f'desde {desde} filas' if desde else 'nunca en lo medido'}")
