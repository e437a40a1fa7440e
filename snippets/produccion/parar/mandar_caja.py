"""Manda la caja de Puebla, como hace la tienda al cerrar, y espera a que la recojan."""

import time
from pathlib import Path

import pandas as pd
from informe_de_cierre import CAJA, SALIDA

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"
PACIENCIA_S = 5


def mandar(dia: str) -> None:
    """Escribe las ventas de un día, enteras o nada; si nadie las recoge, las retira."""
    ventas = pd.read_csv(VENTAS).drop_duplicates()
    ventas = ventas.dropna(subset=["precio", "cantidad"])
    caja = ventas[(ventas["tienda"] == "Puebla") & (ventas["fecha"] == dia)]
    caja = caja.assign(total=(caja["precio"] * caja["cantidad"]).round(2))
    SALIDA.mkdir(parents=True, exist_ok=True)
    temporal = CAJA.with_suffix(".nueva")
    caja.to_csv(temporal, index=False)
    temporal.replace(CAJA)
    limite = time.monotonic() + PACIENCIA_S
    while CAJA.exists() and time.monotonic() < limite:
        time.sleep(0.1)
    print(f"{len(caja)} ventas: {'nadie las recoge' if CAJA.exists() else 'recogidas'}")
    CAJA.unlink(missing_ok=True)


if __name__ == "__main__":
    mandar("2025-12-31")
