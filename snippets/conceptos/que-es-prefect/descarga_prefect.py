from itertools import count

from prefect import flow, task

llamadas = count(1)


@task(retries=2, retry_delay_seconds=0.5)
def descargar_ventas() -> int:
    """Imita una API que no responde a la primera llamada."""
    if next(llamadas) == 1:
        raise ConnectionError("la API no responde")
    return 3036


@flow(log_prints=True)
def informe_diario() -> None:
    print(f"Filas descargadas: {descargar_ventas()}")


if __name__ == "__main__":
    informe_diario()
