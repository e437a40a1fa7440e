"""Pide el cierre a su deployment, espera a que acabe y sigue."""

import sys

from prefect import flow
from prefect.deployments import run_deployment


@flow(log_prints=True)
def cierre_y_aviso(desde: str) -> None:
    """Avisa de cómo ha acabado el cierre de la noche."""
    cierre = run_deployment(
        "cierre-de-tienda/noche", parameters={"desde": desde}, poll_interval=1
    )
    print(f"El cierre ha acabado en {cierre.state.name}")


if __name__ == "__main__":
    cierre_y_aviso(sys.argv[1])
