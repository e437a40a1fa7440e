from prefect import allow_failure, flow, task


@task(task_run_name="cargar")
def cargar() -> int:
    """Falla siempre."""
    raise ConnectionError("el almacén no responde")


@task
def publicar(filas: int) -> None:
    """Necesita que la carga haya terminado bien."""
    print(f"Publicadas {filas} filas")


@task(task_run_name="avisar")
def avisar(carga: int | Exception) -> None:
    """Avisa de lo que haya pasado con la carga."""
    print(f"Aviso: {carga!r}")


@flow(log_prints=True)
def carga_con_aviso() -> None:
    """Publica el informe solo si la carga va bien; avisa en cualquier caso."""
    carga = cargar.submit()
    publicacion = publicar.submit(carga)
    avisar.submit(allow_failure(carga)).result()
    carga.result()
    publicacion.result()


if __name__ == "__main__":
    carga_con_aviso()
