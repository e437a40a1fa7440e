"""Ejercicio 3: ETL que resume los ingresos de cada tienda."""

from pathlib import Path

from prefect import flow

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
RESUMEN = RAIZ / "data" / "output" / "ingresos_por_tienda.parquet"


@flow(log_prints=True)
def ingresos_por_tienda(entrada: Path, salida: Path) -> None:
    """Extrae, transforma y carga."""
    print(f"Por hacer: leer {entrada.name} y guardar {salida.name}")


if __name__ == "__main__":
    ingresos_por_tienda(VENTAS, RESUMEN)
