"""La variación: el saludo, con parámetro."""

from prefect import flow


@flow(log_prints=True)
def primer_flow(nombre: str) -> None:
    """Saluda desde un flow."""
    print(f"Hola {nombre}")


if __name__ == "__main__":
    primer_flow("Prefect")
    primer_flow("Ana")
