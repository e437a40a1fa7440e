from prefect import flow, task


@task
def venta_promedio(importe: float, ventas: int) -> float:
    """Reparte lo vendido entre las ventas; sin ventas, falla."""
    return round(importe / ventas, 2)


@flow(log_prints=True)
def revisar_estados() -> None:
    """Pide estados en lugar de resultados."""
    bueno = venta_promedio(171191.70, 276, return_state=True)
    malo = venta_promedio(0, 0, return_state=True)

    print(f"Puebla en 2025: {bueno.name}, de tipo {bueno.type.value}")
    print(f"Resultado: {bueno.result()}")
    print(f"Un día sin ventas: {malo.name}, de tipo {malo.type.value}")
    print(f"Error: {malo.result(raise_on_failure=False)!r}")


if __name__ == "__main__":
    revisar_estados()
