"""ETL de ventas que se detiene si las cifras no pueden ser verdad."""

from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
SALIDA = RAIZ / "data" / "output" / "ventas.parquet"
PRECIO_MAXIMO = 5000  # pesos: ningún producto de la tienda cuesta tanto


@task
def extraer(ruta: Path) -> pd.DataFrame:
    ventas = pd.read_csv(ruta)
    comprobar(ventas)
    return ventas


def comprobar(ventas: pd.DataFrame) -> None:
    """Da un error si hay un precio que no puede ser el de un producto."""
    mayor = ventas["precio"].max()
    if mayor > PRECIO_MAXIMO:
        raise ValueError(
            f"Hay un precio de {mayor} pesos y ninguno pasa de {PRECIO_MAXIMO}. "
            "¿Es la suma de todo? Abre el archivo, quita esa fila y repite."
        )


@task
def transformar(ventas: pd.DataFrame) -> pd.DataFrame:
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    return validas.assign(total=validas["precio"] * validas["cantidad"])


@task
def cargar(ventas: pd.DataFrame, ruta: Path) -> None:
    ruta.parent.mkdir(parents=True, exist_ok=True)
    ventas.to_parquet(ruta, index=False)


@flow(log_prints=True)
def pipeline_etl(entrada: Path = VENTAS, salida: Path = SALIDA) -> int:
    leidas = extraer(entrada)
    ventas = transformar(leidas)
    cargar(ventas, salida)
    pesos = ventas["total"].sum()
    print(f"{len(leidas)} filas leídas, {len(ventas)} guardadas: {pesos:.2f} pesos")
    return len(ventas)


if __name__ == "__main__":
    pipeline_etl()
