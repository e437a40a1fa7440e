"""Ejercicio 4: pregunta a la API lo mismo que muestra la interfaz."""


def main() -> None:
    """Imprime el flow, el estado y la duración de las tres últimas terminadas."""
    print("Por hacer")


if __name__ == "__main__":
    main()
