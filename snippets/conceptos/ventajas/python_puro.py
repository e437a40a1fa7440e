"""La misma función, con y sin Prefect."""

from prefect import flow, task

IVA = 0.16


@task
def con_iva(precio: float) -> float:
    """Devuelve el precio con el IVA incluido."""
    return round(precio * (1 + IVA), 2)


@flow(log_prints=True)
def cotizar(precios: list[float]) -> float:
    """Lo que paga un cliente de la tienda, con el IVA incluido."""
    total = sum(con_iva(precio) for precio in precios)
    print(f"Total: {total}")
    return total


if __name__ == "__main__":
    print("Python puro:", con_iva.fn(100.0))
    print("Con Prefect:", cotizar([100.0, 250.0]))
