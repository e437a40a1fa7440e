"""Un informe que espera demasiado a una base de datos que no contesta."""

import time

from prefect import flow


@flow(timeout_seconds=1)
def informe_mensual() -> None:
    """Agota su tiempo."""
    time.sleep(10)


if __name__ == "__main__":
    informe_mensual(return_state=True)
