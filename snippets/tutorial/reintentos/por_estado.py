from prefect import flow, task
from prefect.states import Completed, Failed, State

TIENDAS = ["Ciudad de México", "Guadalajara", "Monterrey", "Puebla"]


@task(task_run_name="cierre de {tienda}")
def cerrar_caja(tienda: str) -> float:
    """La caja de Monterrey está sin conexión."""
    if tienda == "Monterrey":
        raise ConnectionError("tienda sin conexión")
    return 1500.0


@flow(log_prints=True)
def cierre_diario() -> State:
    """Cierra todas las cajas posibles y decide al final."""
    estados = [cerrar_caja(tienda, return_state=True) for tienda in TIENDAS]
    total = sum(estado.result() for estado in estados if estado.is_completed())
    print(f"Total: {total:.2f} MXN")

    fallos = sum(estado.is_failed() for estado in estados)
    if fallos:
        return Failed(message=f"{fallos} de {len(TIENDAS)} tiendas sin cerrar")
    return Completed(message="Todas las tiendas cerradas")


if __name__ == "__main__":
    cierre_diario()
