"""Lee un CSV de S3 y devuelve un resumen al mismo bucket."""

import io

import pandas as pd
from prefect import flow, task
from prefect_aws import S3Bucket


@task
def leer_de_s3(ruta: str) -> pd.DataFrame:
    """Descarga un CSV y lo convierte en DataFrame."""
    bucket = S3Bucket.load("my-bucket")
    return pd.read_csv(io.BytesIO(bucket.read_path(ruta)))


@task
def escribir_en_s3(tabla: pd.DataFrame, ruta: str) -> str:
    """Sube un DataFrame como CSV."""
    bucket = S3Bucket.load("my-bucket")
    return bucket.write_path(ruta, content=tabla.to_csv(index=False).encode())


@flow(log_prints=True)
def resumen_en_s3() -> None:
    """Cuenta las ventas de cada tienda, de S3 a S3."""
    filas = leer_de_s3("data/raw/ventas.csv")
    ventas = filas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    resumen = ventas.value_counts("tienda").reset_index(name="ventas")
    objeto = escribir_en_s3(resumen, "data/output/por_tienda.csv")
    print(f"{len(ventas)} ventas; resumen en {objeto}")


if __name__ == "__main__":
    resumen_en_s3()
