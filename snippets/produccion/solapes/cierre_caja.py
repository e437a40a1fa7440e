"""Un trabajo que tarda: tanto, que la siguiente ejecución puede llegar antes de que acabe."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def cierre_de_caja(segundos: float = 10) -> None:
    """Cuenta las filas y después espera, como quien hace cuentas."""
    print(f"{VENTAS.name} tiene {len(pd.read_csv(VENTAS))} filas")
    time.sleep(segundos)
