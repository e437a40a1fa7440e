"""Un informe que cuenta lo que hace, cada cosa con su nivel."""

from pathlib import Path

import pandas as pd
from limpieza import limpiar
from prefect import flow, get_run_logger

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow
def informe_con_log() -> None:
    """Limpia las ventas y cuenta lo que queda."""
    log = get_run_logger()
    ventas = pd.read_csv(VENTAS)
    log.debug("columnas: %s", ", ".join(ventas.columns))
    limpias = limpiar(ventas)
    log.info("%d filas limpias", len(limpias))
    if len(limpias) < len(ventas):
        log.warning("venían filas que no valen")


if __name__ == "__main__":
    informe_con_log()
