from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
DATOS = RAIZ / "data"
DESTINO = DATOS / "output" / "margen_por_ciudad.parquet"


@task
def extraer_usuarios() -> pd.DataFrame:
    """Lee quién compra y en qué ciudad vive."""
    return pd.read_csv(DATOS / "usuarios.csv", usecols=["usuario_id", "ciudad"])


@task
def extraer_productos() -> pd.DataFrame:
    """Lee cuánto cuesta cada producto."""
    return pd.read_csv(DATOS / "productos.csv", usecols=["producto_id", "costo"])


@task
def extraer_ventas() -> pd.DataFrame:
    """Lee las ventas, sin duplicados ni huecos."""
    ventas = pd.read_csv(DATOS / "ventas.csv").drop_duplicates()
    return ventas.dropna(subset=["precio", "cantidad"])


@task
def combinar(
    ventas: pd.DataFrame, usuarios: pd.DataFrame, productos: pd.DataFrame
) -> pd.DataFrame:
    """Une las tres tablas y calcula el margen de cada ciudad."""
    tabla = ventas.merge(usuarios, how="left", on="usuario_id", validate="many_to_one")
    tabla = tabla.merge(productos, how="left", on="producto_id", validate="many_to_one")
    incompletas = tabla[["ciudad", "costo"]].isna().any(axis=1).sum()
    if incompletas > 0:
        raise ValueError(f"{incompletas} ventas sin ciudad o sin costo")
    tabla["margen"] = (tabla["precio"] - tabla["costo"]) * tabla["cantidad"]
    return tabla.groupby("ciudad", as_index=False)["margen"].sum().round(2)


@task
def cargar(resumen: pd.DataFrame, destino: Path) -> Path:
    """Guarda el resumen; si falla a medias, el archivo anterior sigue entero."""
    destino.parent.mkdir(parents=True, exist_ok=True)
    temporal = destino.with_suffix(".tmp")
    resumen.to_parquet(temporal, index=False)
    return temporal.replace(destino)


@flow(log_prints=True)
def pipeline_dependencias() -> None:
    """Extrae en paralelo, combina y carga."""
    usuarios = extraer_usuarios.submit()
    productos = extraer_productos.submit()
    ventas = extraer_ventas.submit()

    resumen = combinar.submit(ventas, usuarios, productos)
    destino = cargar.submit(resumen, DESTINO).result()

    print(f"Guardado: {destino.relative_to(RAIZ)}")


if __name__ == "__main__":
    pipeline_dependencias()
