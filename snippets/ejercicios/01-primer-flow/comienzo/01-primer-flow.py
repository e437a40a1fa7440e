"""Ejercicio 1: el primer flow."""


def primer_flow() -> None:
    """Todavía no es un flow: es una función corriente."""
    print("Por hacer")


if __name__ == "__main__":
    primer_flow()
