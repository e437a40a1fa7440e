"""Ejercicio 5: en qué ciudad dejan más margen los clientes."""

from pathlib import Path

from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
DATOS = RAIZ / "data"
INFORME = DATOS / "output" / "margen_por_ciudad.parquet"


@flow(log_prints=True)
def margen_por_ciudad() -> None:
    """Lee en paralelo, une, resume y guarda."""
    print("Por hacer")


if __name__ == "__main__":
    margen_por_ciudad()
