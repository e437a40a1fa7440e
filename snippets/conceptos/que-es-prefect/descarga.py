from itertools import count

llamadas = count(1)


def descargar_ventas() -> int:
    """Imita una API que no responde a la primera llamada."""
    if next(llamadas) == 1:
        raise ConnectionError("la API no responde")
    return 3036


def informe_diario() -> None:
    print(f"Filas descargadas: {descargar_ventas()}")


if __name__ == "__main__":
    informe_diario()
