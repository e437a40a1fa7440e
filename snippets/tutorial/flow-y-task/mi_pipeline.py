from prefect import flow


@flow(log_prints=True)
def mi_pipeline() -> str:
    """El informe más corto: una función de Python con un decorador."""
    print("Preparando el informe de ventas")
    return "informe listo"


if __name__ == "__main__":
    resultado = mi_pipeline()
    print(f"El flow ha devuelto: {resultado}")
