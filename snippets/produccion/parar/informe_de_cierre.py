"""Espera a que la tienda de Puebla mande su caja y publica lo que ha cobrado."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow, task

SALIDA = Path(__file__).resolve().parents[3] / "data" / "output"
CAJA = SALIDA / "caja_puebla.csv"


@task
def esperar_caja() -> float:
    """Espera el archivo, suma lo cobrado y lo retira."""
    while not CAJA.exists():
        time.sleep(0.2)
    cobrado = pd.read_csv(CAJA)["total"].sum()
    CAJA.unlink()
    return float(cobrado)


@flow(log_prints=True)
def informe_de_cierre() -> None:
    """Publica lo cobrado hoy en Puebla."""
    print(f"Esperando {CAJA.name}")
    cobrado = esperar_caja()
    (SALIDA / "cierre.txt").write_text(f"Puebla: {cobrado:.2f} MXN\n", "utf-8")
    print(f"Publicado: Puebla ha cobrado {cobrado:.2f} MXN")


if __name__ == "__main__":
    informe_de_cierre()
