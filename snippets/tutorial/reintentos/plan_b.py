from prefect import flow, task


@task(task_run_name="tipo de cambio en vivo")
def tipo_en_vivo() -> float:
    """Pregunta a una API que hoy no responde."""
    raise ConnectionError("API caída")


@task(task_run_name="último tipo conocido")
def ultimo_tipo() -> float:
    """Devuelve el último valor guardado."""
    return 18.5


@flow(log_prints=True)
def convertir() -> None:
    """Usa el tipo de cambio guardado si la API no responde."""
    try:
        tipo = tipo_en_vivo()
    except ConnectionError:
        tipo = ultimo_tipo()
    print(f"1000 MXN son {1000 / tipo:.2f} USD")


if __name__ == "__main__":
    convertir()
