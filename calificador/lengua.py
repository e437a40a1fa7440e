"""Cómo se escribe una frase: su punto final, su número y lo que cita de otros."""

CABE = 200  # letras de lo que se cita: lo útil viene después, y hay que llegar a leerlo


def contar(cuantos: int, una: str, varias: str) -> str:
    """«1 fila» o «3 filas»."""
    return f"{cuantos} {segun(cuantos, una, varias)}"


def segun(cuantos: int, uno: str, varios: str) -> str:
    """La palabra que concuerda con tantas cosas: «falta» o «faltan»."""
    return uno if cuantos == 1 else varios


def citar(texto: str) -> str:
    """Entre comillas y en una línea, lo que otros han escrito; si es largo, el principio."""
    seguido = " ".join(texto.split())
    return f"«{seguido if len(seguido) <= CABE else f'{seguido[:CABE].rstrip()}…'}»"


def frase(texto: str) -> str:
    """Un texto de otros, con el punto final si le falta: el de Python a veces acaba en «?»."""
    limpio = texto.strip()
    return limpio if limpio.endswith((".", "?", "!", "…")) else f"{limpio}."
