import subprocess
import tempfile
from pathlib import Path

from prefect import flow

REPO = Path(__file__).with_name("ranking.git")

for nombre, rama in [("produccion", "main"), ("pruebas", "pruebas")]:
    with tempfile.TemporaryDirectory() as copia:
        subprocess.run(["git", "clone", "-q", "-b", rama, REPO, copia], check=True)
        flow.from_source(source=copia, entrypoint="ranking.py:ranking_de_productos").deploy(
            name=nombre, work_pool_name="ranking", parameters={"tienda": "Monterrey"}
        )
