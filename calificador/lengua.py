"""Lo que cambia en una frase con el número de cosas que cuenta."""


def contar(cuantos: int, una: str, varias: str) -> str:
    """«1 fila» o «3 filas»."""
    return f"{cuantos} {una if cuantos == 1 else varias}"
