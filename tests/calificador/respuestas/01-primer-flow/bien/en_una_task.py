from prefect import flow, task


@task
def hola_prefect():
    print("Hola Prefect")


@flow(log_prints=True)
def main():
    hola_prefect.submit().wait()


main()
