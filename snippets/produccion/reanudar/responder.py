"""Reanuda la última ejecución de un flow con las respuestas que le das: campo=valor."""

import sys

from identificar import ultima
from prefect import resume_flow_run
from prefect.client.orchestration import get_client
from prefect.exceptions import NotPausedError


def responder(flow: str, *respuestas: str) -> None:
    """Manda las respuestas al servidor, que las comprueba."""
    with get_client(sync_client=True) as cliente:
        run = ultima(cliente, flow)
    campos = dict(respuesta.split("=", 1) for respuesta in respuestas)
    try:
        resume_flow_run(run.id, run_input=campos)
    except (NotPausedError, RuntimeError) as error:
        sys.exit(str(error))
    print(f"Reanudado: {flow}")


if __name__ == "__main__":
    responder(*sys.argv[1:])
