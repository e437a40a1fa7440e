"""ETL de ventas: lee un CSV, limpia sus filas y las guarda en Parquet."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
SALIDA = RAIZ / "data" / "output" / "ventas.parquet"


@task
def extraer(ruta: Path) -> pd.DataFrame:
    """Lee el CSV de ventas."""
    if not ruta.is_file():
        raise FileNotFoundError(f"No existe el archivo {ruta}. Revisa la ruta.")
    try:
        ventas = pd.read_csv(ruta)
    except pd.errors.EmptyDataError:
        ventas = pd.DataFrame()
    if ventas.empty:
        raise ValueError(f"El archivo {ruta.name} está vacío: no tiene ninguna venta.")
    return ventas


@task
def transformar(ventas: pd.DataFrame) -> pd.DataFrame:
    """Quita filas repetidas o con huecos y calcula el total de cada venta."""
    faltan = [c for c in ("precio", "cantidad") if c not in ventas.columns]
    if faltan:
        raise ValueError(
            f"Faltan columnas en el CSV: {', '.join(faltan)}. "
            f"Tiene: {', '.join(ventas.columns)}."
        )
    ventas = ventas.assign(
        precio=a_numeros(ventas["precio"]), cantidad=a_numeros(ventas["cantidad"])
    )
    ventas = ventas.drop_duplicates().dropna()
    if ventas.empty:
        raise ValueError("No queda ninguna venta completa: todas tienen algún hueco.")
    return ventas.assign(total=(ventas["precio"] * ventas["cantidad"]).round(2))


def a_numeros(columna: pd.Series) -> pd.Series:
    """Convierte la columna en números; los huecos siguen siendo huecos."""
    numeros = pd.to_numeric(columna, errors="coerce")
    malos = columna[numeros.isna() & columna.notna()].unique()
    if len(malos) > 0:
        raise ValueError(
            f"La columna «{columna.name}» tiene valores que no son números: "
            f"{', '.join(malos[:3])}."
        )
    return numeros


@task
def cargar(ventas: pd.DataFrame, ruta: Path) -> None:
    """Guarda las ventas en Parquet: o todas o ninguna."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=ruta.parent) as carpeta:
        temporal = Path(carpeta) / ruta.name
        ventas.to_parquet(temporal, index=False)
        temporal.replace(ruta)


@flow(log_prints=True)
def pipeline_etl(entrada: Path = VENTAS, salida: Path = SALIDA) -> int:
    """Lleva las ventas del CSV al Parquet y devuelve cuántas ha guardado."""
    crudas = extraer(entrada)
    limpias = transformar(crudas)
    cargar(limpias, salida)
    print(f"{len(crudas)} filas leídas, {len(limpias)} guardadas en {salida.name}")
    return len(limpias)


if __name__ == "__main__":
    pipeline_etl()
