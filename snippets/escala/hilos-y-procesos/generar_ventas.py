"""Escribe un año de ventas inventadas, un archivo por mes; con la misma semilla, los mismos."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "output" / "ventas_por_mes"
TIENDAS = ["Ciudad de México", "Guadalajara", "Monterrey", "Puebla"]
SEMILLA = 2025


def inventar_mes(mes: int, filas: int) -> pd.DataFrame:
    """Las ventas de un mes: una de cada cien lleva mal el código de barras."""
    azar = np.random.default_rng([SEMILLA, mes])
    cifras = azar.integers(0, 10, size=(filas, 12), dtype=np.int64)
    suma = cifras[:, ::2].sum(axis=1) + 3 * cifras[:, 1::2].sum(axis=1)
    control = (-suma + (azar.random(filas) < 0.01)) % 10
    codigos = cifras @ 10 ** np.arange(12, 0, -1, dtype=np.int64) + control
    dias = azar.integers(0, 28, size=filas)
    return pd.DataFrame(
        {
            "fecha": np.datetime64(f"2025-{mes:02}-01") + dias,
            "tienda": pd.Categorical.from_codes(
                azar.integers(0, len(TIENDAS), filas), TIENDAS
            ),
            "codigo": codigos,
            "cantidad": azar.integers(1, 6, size=filas),
            "precio": azar.integers(1_000, 200_000, size=filas) / 100,
        }
    )


def generar(meses: int, filas: int) -> None:
    """Un archivo por mes, con `filas` ventas cada uno."""
    VENTAS.mkdir(parents=True, exist_ok=True)
    for mes in range(1, meses + 1):
        inventar_mes(mes, filas).to_parquet(
            VENTAS / f"2025-{mes:02}.parquet", index=False
        )


if __name__ == "__main__":
    pide = argparse.ArgumentParser(description=__doc__)
    pide.add_argument("--meses", type=int, default=12, choices=range(1, 13))
    pide.add_argument("--filas", type=int, default=10_000, help="por mes")
    pedido = pide.parse_args()
    generar(pedido.meses, pedido.filas)
    print(f"{pedido.meses * pedido.filas} ventas en {VENTAS.relative_to(RAIZ)}")
