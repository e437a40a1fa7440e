"""El mismo informe, que no espera la caja más de un segundo."""

from informe_de_cierre import esperar_caja
from prefect import flow


@flow(log_prints=True)
def informe_con_limite() -> None:
    """Publica lo que haya cuando se acaba el tiempo."""
    con_limite = esperar_caja.with_options(timeout_seconds=1)
    estado = con_limite(return_state=True)
    print(f"{estado.name}, de tipo {estado.type.value}")
    if estado.is_failed():
        print("Publicado sin Puebla")


if __name__ == "__main__":
    informe_con_limite()
