"""Dónde va endpoint_url: en el sitio equivocado se ignora sin avisar."""

from prefect_aws import AwsClientParameters, AwsCredentials

LOCAL = "http://127.0.0.1:9000"

if __name__ == "__main__":
    mal = AwsCredentials(endpoint_url=LOCAL, region_name="us-east-1")
    bien = AwsCredentials(
        aws_client_parameters=AwsClientParameters(endpoint_url=LOCAL),
        region_name="us-east-1",
    )
    for nombre, credenciales in (("mal", mal), ("bien", bien)):
        print(nombre, credenciales.get_s3_client().meta.endpoint_url)
