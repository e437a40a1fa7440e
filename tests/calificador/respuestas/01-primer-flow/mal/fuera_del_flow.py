from prefect import flow


@flow(log_prints=True)
def primer_flow():
    return "Hola Prefect"


print(primer_flow())
