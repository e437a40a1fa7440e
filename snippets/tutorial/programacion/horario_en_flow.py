"""El intento que no funciona: el horario no es un argumento de @flow."""

from prefect import flow


@flow(schedule="0 0 * * *")
def pipeline_diario() -> None:
    """Nunca llega a crearse."""


if __name__ == "__main__":
    pipeline_diario()
