"""Los códigos imposibles de enero, con un bucle de Python y con NumPy."""

import numpy as np
import pandas as pd
from informe_directo import VENTAS, es_posible


def son_posibles(codigos: pd.Series) -> pd.Series:
    """Lo mismo que `es_posible`, de toda la columna a la vez."""
    cifras = codigos.to_numpy()[:, None] // 10 ** np.arange(13) % 10
    sumas = cifras[:, ::2].sum(axis=1) + 3 * cifras[:, 1::2].sum(axis=1)
    return pd.Series(sumas % 10 == 0, index=codigos.index)


if __name__ == "__main__":
    codigos = pd.read_parquet(VENTAS / "2025-01.parquet")["codigo"]
    print("Con un bucle:", (~codigos.map(es_posible)).sum())
    print("Con NumPy:", (~son_posibles(codigos)).sum())
