from prefect import flow
from prefect.client.orchestration import get_client
from prefect.exceptions import MissingResult
from prefect.states import State


@flow
def sin_guardar() -> int:
    """Devuelve las ventas de un día y no las guarda."""
    return 18


@flow(persist_result=True)
def guardando() -> int:
    """Devuelve las ventas de un día y las guarda."""
    return 18


def releer(estado: State) -> None:
    """Compara el estado que hay en memoria con el que guarda el servidor."""
    print(f"En memoria: {estado.result()}")
    with get_client(sync_client=True) as cliente:
        ejecucion = cliente.read_flow_run(estado.state_details.flow_run_id)
    try:
        print(f"Del servidor: {ejecucion.state.result()}")
    except MissingResult as error:
        print(f"Del servidor: MissingResult: {error}")


if __name__ == "__main__":
    releer(sin_guardar(return_state=True))
    releer(guardando(return_state=True))
