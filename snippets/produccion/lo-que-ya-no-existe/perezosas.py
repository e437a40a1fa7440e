"""¿Cuándo se ejecuta una task: al llamarla o cuando alguien pide su resultado?"""

from pathlib import Path

from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
VENTAS = RAIZ / "data" / "ventas.csv"


@task(log_prints=True)
def contar() -> int:
    """Cuenta las líneas de ventas.csv y dice cuándo lo hace."""
    lineas = VENTAS.read_text("utf-8").count("\n")
    print(f"contar() se está ejecutando: {lineas} líneas")
    return lineas


@flow(log_prints=True)
def sin_pereza() -> None:
    """Llama a la task y no usa para nada lo que devuelve."""
    print("Antes de llamarla")
    contar()
    print("Después de llamarla, sin haber usado su resultado")


if __name__ == "__main__":
    sin_pereza()
