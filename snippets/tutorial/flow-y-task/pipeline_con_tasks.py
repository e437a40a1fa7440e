from prefect import flow, task


@task
def extraer_datos() -> str:
    return "datos extraídos"


@task
def transformar_datos(datos: str) -> str:
    return f"{datos} y transformados"


@flow
def pipeline_con_tasks() -> str:
    """Encadena las dos tasks: la segunda recibe lo que devuelve la primera."""
    datos = extraer_datos()
    return transformar_datos(datos)


if __name__ == "__main__":
    print(pipeline_con_tasks())
