from pathlib import Path

from prefect import deploy
from prefect.runner.storage import GitRepository
from ranking import ranking_de_productos

REPO = str(Path(__file__).parent / "ranking.git")


def descrito(nombre, rama):
    fuente = GitRepository(url=REPO, branch=rama)
    mio = ranking_de_productos.from_source(fuente, "ranking.py:ranking_de_productos")
    return mio.to_deployment(nombre, parameters={"tienda": "Monterrey"})


deploy(descrito("produccion", "main"), descrito("pruebas", "pruebas"), work_pool_name="ranking")
