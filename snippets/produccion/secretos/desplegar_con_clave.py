"""Crea dos deployments que reciben la clave en una variable: copiada, o por su nombre."""

from pathlib import Path

from buzon import Buzon
from prefect import Flow

POR_SU_NOMBRE = "{{ prefect.blocks.buzon.central.clave }}"


def desplegar(nombre: str, clave: str) -> None:
    """Deja en el servidor un deployment que da la clave a su proceso."""
    informe = Flow.from_source(
        source=Path(__file__).parent,
        entrypoint="entregar_informe.py:entregar_informe",
    )
    informe.deploy(
        nombre,
        work_pool_name="locales",
        job_variables={"env": {"CLAVE": clave}},
        print_next_steps=False,
    )


if __name__ == "__main__":
    desplegar("copiada", Buzon.load("central").clave.get_secret_value())
    desplegar("por-su-nombre", POR_SU_NOMBRE)
