from prefect import flow


@flow(log_prints=True)
def mi_pipeline() -> str:
    """Un pipeline mínimo: una función de Python con un decorador."""
    print("Ejecutando el pipeline")
    return "completado"


if __name__ == "__main__":
    resultado = mi_pipeline()
    print(f"El flow ha devuelto: {resultado}")
