import time

from prefect import flow, task

FUENTES = ["usuarios", "productos", "ventas"]


@task(task_run_name="descargar {fuente}")
def descargar(fuente: str) -> None:
    """Tarda un segundo, como cualquier descarga."""
    time.sleep(1)


@flow(log_prints=True)
def directas() -> None:
    """Llama a las tasks como a cualquier función."""
    inicio = time.perf_counter()
    for fuente in FUENTES:
        descargar(fuente)
    print(f"Llamadas directas: {time.perf_counter() - inicio:.1f} s")


@flow(log_prints=True)
def enviadas() -> None:
    """Envía las tasks y después espera a todas."""
    inicio = time.perf_counter()
    descargas = [descargar.submit(fuente) for fuente in FUENTES]
    for descarga in descargas:
        descarga.result()
    print(f"Con .submit(): {time.perf_counter() - inicio:.1f} s")


if __name__ == "__main__":
    directas()
    enviadas()
