"""Mira qué hay en el bucket y qué devuelve read_path."""

from prefect_aws import S3Bucket

if __name__ == "__main__":
    bucket = S3Bucket.load("my-bucket")
    for objeto in bucket.list_objects():
        print(objeto["Key"])
    contenido = bucket.read_path("data/output/por_tienda.csv")
    print(type(contenido))
    print(contenido.decode(), end="")
