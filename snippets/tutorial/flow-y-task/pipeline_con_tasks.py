from prefect import flow, task


@task
def leer_precios() -> list[float]:
    return [499.0, 129.5, 899.0]


@task
def sumar(precios: list[float]) -> float:
    return sum(precios)


@flow
def pipeline_con_tasks() -> float:
    """Encadena las dos tasks: la segunda recibe lo que devuelve la primera."""
    precios = leer_precios()
    return sumar(precios)


if __name__ == "__main__":
    print(f"Vendido hoy: {pipeline_con_tasks()} MXN")
