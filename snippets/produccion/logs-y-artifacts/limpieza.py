"""Una biblioteca cualquiera: cuenta lo que hace con el `logging` de Python, no con Prefect."""

import logging

import pandas as pd

log = logging.getLogger(__name__)


def limpiar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Quita las filas repetidas y las que no tienen precio o cantidad."""
    limpias = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    log.info("%d filas quitadas", len(ventas) - len(limpias))
    return limpias
