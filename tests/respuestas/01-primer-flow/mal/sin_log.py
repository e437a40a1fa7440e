"""Ejercicio 1: el primer flow."""

from prefect import flow


@flow
def primer_flow() -> None:
    """Saluda desde un flow."""
    print("Hola Prefect")


if __name__ == "__main__":
    primer_flow()
