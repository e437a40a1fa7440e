"""El total del año, con las ventas y el resultado en S3: da igual en qué máquina se pida."""

from botocore.client import BaseClient
from informe_de_noche import leer, total
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE
from prefect_aws import S3Bucket

VENTAS = "data/raw/ventas.csv"


@task(
    cache_policy=INPUTS - "cliente" + TASK_SOURCE,
    result_storage="s3-bucket/my-bucket",
    task_run_name="sumar el año",
)
def sumar_anio(cliente: BaseClient, cubo: str, etag: str) -> float:
    """Suma las ventas del bucket; el ETag cambia cuando cambian ellas."""
    return total(leer(cliente.get_object(Bucket=cubo, Key=VENTAS)["Body"]))


@flow(log_prints=True)
def informe_en_s3() -> None:
    """Suma el año y enseña qué hay en el bucket."""
    cubo = S3Bucket.load("my-bucket")
    cliente = cubo.credentials.get_s3_client()
    etag = cliente.head_object(Bucket=cubo.bucket_name, Key=VENTAS)["ETag"]
    print(f"El año: {sumar_anio(cliente, cubo.bucket_name, etag):.2f} MXN")
    for objeto in cliente.list_objects_v2(Bucket=cubo.bucket_name)["Contents"]:
        print(f"En el bucket: {objeto['Key']}")


if __name__ == "__main__":
    informe_en_s3()
