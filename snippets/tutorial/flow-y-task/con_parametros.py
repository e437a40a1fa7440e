from prefect import flow
from prefect.exceptions import ParameterTypeError


@flow(log_prints=True)
def calcular_total(precio: float, cantidad: int = 1) -> float:
    """Multiplica el precio por la cantidad."""
    total = precio * cantidad
    print(f"{cantidad} × {precio} = {total}")
    return total


if __name__ == "__main__":
    calcular_total(499)
    calcular_total(499, cantidad=3)
    calcular_total(499, cantidad="3")
    try:
        calcular_total(499, cantidad="tres")
    except ParameterTypeError as error:
        print(error)
