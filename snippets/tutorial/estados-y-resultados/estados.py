from prefect import flow, task


@task
def sumar(a: int, b: int) -> int:
    """Suma dos números."""
    return a + b


@task
def dividir(a: int, b: int) -> float:
    """Divide dos números; con b = 0 falla."""
    return a / b


@flow(log_prints=True)
def revisar_estados() -> None:
    """Pide estados en lugar de resultados."""
    bueno = sumar(2, 3, return_state=True)
    malo = dividir(1, 0, return_state=True)

    print(f"sumar: {bueno.name}, de tipo {bueno.type.value}")
    print(f"Resultado: {bueno.result()}")
    print(f"dividir: {malo.name}, de tipo {malo.type.value}")
    print(f"Error: {malo.result(raise_on_failure=False)!r}")


if __name__ == "__main__":
    revisar_estados()
