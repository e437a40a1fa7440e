"""Un S3 de prácticas en tu equipo: se vacía al pulsar Ctrl+C."""

import logging
import time
from pathlib import Path

from moto.server import ThreadedMotoServer
from prefect_aws import AwsClientParameters, AwsCredentials, S3Bucket

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"
CUBO = "cubo-de-ventas"


def guardar_blocks(direccion: str) -> S3Bucket:
    """Guarda en Prefect las credenciales y el bucket, y devuelve el bucket."""
    credenciales = AwsCredentials(
        aws_access_key_id="practicas",
        aws_secret_access_key="practicas",
        region_name="us-east-1",
        aws_client_parameters=AwsClientParameters(endpoint_url=direccion),
    )
    credenciales.save("aws-practicas", overwrite=True)
    bucket = S3Bucket(bucket_name=CUBO, credentials=credenciales)
    bucket.save("my-bucket", overwrite=True)
    return bucket


def servir() -> None:
    """Arranca el servidor, crea el bucket, sube el CSV y espera."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    servidor = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    servidor.start()
    anfitrion, puerto = servidor.get_host_and_port()

    bucket = guardar_blocks(f"http://{anfitrion}:{puerto}")
    bucket.credentials.get_s3_client().create_bucket(Bucket=CUBO)
    bucket.write_path("data/raw/ventas.csv", content=VENTAS.read_bytes())

    print(f"S3 de prácticas listo en http://{anfitrion}:{puerto}")
    try:
        while True:
            time.sleep(1)
    finally:
        servidor.stop()


if __name__ == "__main__":
    try:
        servir()
    except KeyboardInterrupt:
        print("S3 de prácticas parado")
