"""Lee el Parquet que ha dejado tu ETL y lo resume."""

from pathlib import Path

import pandas as pd

RAIZ = Path(__file__).resolve().parents[3]
SALIDA = RAIZ / "data" / "output" / "ventas.parquet"


def main() -> None:
    ventas = pd.read_parquet(SALIDA)
    print(ventas[["producto", "precio", "cantidad", "total"]].head(3))
    print(ventas.groupby("categoria")["total"].sum().round(2))


if __name__ == "__main__":
    main()
