"""El deployment de la noche, creado desde Python en vez de con prefect.yaml."""

from pathlib import Path

from prefect import flow
from prefect.runner.storage import GitRepository
from prefect.schedules import Cron

if __name__ == "__main__":
    repositorio = Path(__file__).with_name("informes.git")
    flow.from_source(
        source=GitRepository(str(repositorio), branch="main"),
        entrypoint="informe.py:cierre_de_tienda",
    ).deploy(
        name="desde-python",
        work_pool_name="oficina",
        parameters={"tienda": "Puebla", "desde": "2025-12-31"},
        tags=["cierre"],
        schedule=Cron("0 22 * * *", timezone="America/Mexico_City"),
    )
