"""Un flow mínimo, para ver a qué servidor le cuenta lo que hace."""

from prefect import flow


@flow(log_prints=True)
def saludo() -> None:
    """Deja una línea en el log."""
    print("¿Me ve alguien?")


if __name__ == "__main__":
    saludo()
