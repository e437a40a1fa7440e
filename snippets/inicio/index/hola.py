"""El flow más pequeño que merece la pena: una task y el flow que la llama."""

from prefect import flow, task


@task
def saludar(nombre: str) -> str:
    return f"Hola, {nombre}"


@flow(log_prints=True)
def bienvenida(nombres: list[str]) -> None:
    for nombre in nombres:
        print(saludar(nombre))


if __name__ == "__main__":
    bienvenida(["Ana", "Luis"])
