"""Enseña lo que ha guardado el ejercicio 3."""

from pathlib import Path

import pandas as pd

RAIZ = Path(__file__).resolve().parents[3]
RESUMEN = RAIZ / "data" / "output" / "ingresos_por_tienda.parquet"

if __name__ == "__main__":
    print(pd.read_parquet(RESUMEN).to_string(index=False))
