"""Un informe cuyo proceso muere a medias, como si el sistema se quedara sin memoria."""

import os

from informe_del_dia import avisar
from prefect import flow


@flow(on_failure=[avisar], on_crashed=[avisar])
def informe_cortado() -> None:
    """Termina el proceso sin despedirse: ni error, ni estado final."""
    os._exit(1)


if __name__ == "__main__":
    informe_cortado()
