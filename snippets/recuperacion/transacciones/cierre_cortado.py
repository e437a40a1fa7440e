"""Publica el cierre, y el proceso muere antes de avisar."""

import os

from prefect import flow
from prefect.transactions import transaction
from publicar_cierre import publicar


@flow(log_prints=True)
def cierre_cortado() -> None:
    """Muere dentro de la transacción."""
    with transaction():
        publicar("Cierre a medias")
        os._exit(1)


if __name__ == "__main__":
    cierre_cortado()
