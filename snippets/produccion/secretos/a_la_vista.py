"""Entrega el informe mal: la clave queda escrita en tres sitios del servidor."""

from buzon import Buzon
from prefect import flow
from prefect.artifacts import create_markdown_artifact
from recepcion import recibir


@flow(log_prints=True)
def entregar_a_la_vista(clave: str) -> None:
    """Recibe la clave como parámetro, la imprime y la deja en un artifact."""
    print(f"Entrego con la clave {clave}")
    recibir("el informe", clave)
    create_markdown_artifact(f"Entregado con `{clave}`", key="entrega")


if __name__ == "__main__":
    buzon = Buzon.load("central")
    entregar_a_la_vista(buzon.clave.get_secret_value())
