"""Ejercicio 1: el primer flow."""

from prefect import flow


@flow(log_prints=True)
def primer_flow() -> None:
    """Saluda desde un flow."""
    print("Hola, mundo")


if __name__ == "__main__":
    primer_flow()
