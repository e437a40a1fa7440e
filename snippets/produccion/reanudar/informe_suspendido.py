"""El mismo informe, sin ningún proceso que espere la respuesta."""

from prefect import flow, suspend_flow_run
from publicar_informe import Aprobacion, calcular


@flow(log_prints=True, persist_result=True)
def informe_suspendido() -> None:
    """Calcula, se suspende y, al reanudarse, vuelve a empezar."""
    print(f"El año suma {calcular():.2f} MXN. ¿Se publica?")
    respuesta = suspend_flow_run(wait_for_input=Aprobacion)
    print(f"{respuesta.quien} ha dicho: {respuesta.decision}")


if __name__ == "__main__":
    informe_suspendido()
