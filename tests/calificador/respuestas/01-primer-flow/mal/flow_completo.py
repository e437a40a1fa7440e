from prefect import flow


@flow(log_prints=True)
def saludar(nombre):
    print("Hola " + nombre)
    print("Adiós " + 12)


if __name__ == "__main__":
    print(saludar("Prefect", return_state=True))
