"""Cómo se escribe una frase: su punto final y el número de las cosas que cuenta."""


def contar(cuantos: int, una: str, varias: str) -> str:
    """«1 fila» o «3 filas»."""
    return f"{cuantos} {una if cuantos == 1 else varias}"


def frase(texto: str) -> str:
    """Un texto de otros, con el punto final si le falta: el de Python a veces acaba en «?»."""
    limpio = texto.strip()
    return limpio if limpio.endswith((".", "?", "!", "…")) else f"{limpio}."
