"""Un aviso con una errata, en un flow que acaba bien."""

from prefect import Flow, State, flow
from prefect.client.schemas import FlowRun


def avisar(flow: Flow, flow_run: FlowRun, state: State) -> None:
    """Falla: un flow no tiene `nombre`."""
    print(f"{flow.nombre} ha acabado")


@flow(on_completion=[avisar])
def informe_de_prueba() -> None:
    """No hace nada, y lo hace bien."""


if __name__ == "__main__":
    informe_de_prueba()
