"""Ejercicio 13: dos deployments del mismo flow, cada uno con el código de una rama."""

from pathlib import Path

from prefect import flow
from prefect.runner.storage import GitRepository

REPOSITORIO = Path(__file__).with_name("ranking.git")
POOL = "ranking"


def desplegar(nombre: str, rama: str) -> None:
    """Crea un deployment que trae su código de una rama del repositorio."""
    flow.from_source(
        source=GitRepository(str(REPOSITORIO), branch=rama),
        entrypoint="ranking.py:ranking_de_productos",
    ).deploy(name=nombre, work_pool_name=POOL, parameters={"tienda": "Monterrey"})


if __name__ == "__main__":
    desplegar("produccion", "main")
    desplegar("pruebas", "pruebas")
