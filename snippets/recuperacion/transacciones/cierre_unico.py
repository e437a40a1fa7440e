"""Publica el cierre de cada día una sola vez."""

from prefect import flow
from prefect.transactions import transaction
from publicar_cierre import avisar, publicar


@flow(log_prints=True)
def cierre_unico(dia: str = "2025-12-31") -> None:
    """Publica y avisa, si no se hizo ya."""
    with transaction(key=f"cierre-{dia}") as transaccion:
        if transaccion.is_committed():
            print(f"El cierre del {dia} ya estaba publicado")
            return
        publicar(f"Cierre del {dia}")
        avisar(responde=True)


if __name__ == "__main__":
    cierre_unico()
