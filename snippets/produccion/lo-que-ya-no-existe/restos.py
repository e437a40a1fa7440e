"""Ejecuta lo que cursos y chats toman de Prefect 1 y 2, y dice qué contesta este Prefect."""

AQUI = """
from prefect import flow, task
informe = flow(name="informe-de-antes")(lambda: None)
leer = task(name="leer-ventas")(lambda: None)
"""
DE_PREFECT_1 = """
from prefect import Flow; Flow("informe")
from prefect import Parameter
informe.run()
leer.run()
leer.set_upstream(informe)
task(max_retries=3)
import prefect; prefect.context.get("logger")
informe.register("ventas")
from prefect.schedules import CronSchedule
from prefect.executors import LocalDaskExecutor
from prefect.engine.signals import SKIP
from prefect.client import Secret
from prefect.utilities.notifications import slack_notifier
"""
DE_PREFECT_2 = """
from prefect.orion.schemas.schedules import CronSchedule
from prefect.deployments import Deployment; Deployment.build_from_flow(informe)
from prefect.agent import PrefectAgent
from prefect.infrastructure import Process
from prefect.infrastructure import KubernetesJob
from prefect.filesystems import GitHub
from prefect.filesystems import S3
from prefect.task_runners import SequentialTaskRunner
from prefect.task_runners import DaskTaskRunner
from prefect.blocks.system import JSON
"""


def contestacion(linea: str) -> str:
    """El error que da una línea, sin la ruta de tu equipo; o que no da ninguno."""
    nombres: dict[str, object] = {}
    exec(AQUI, nombres)
    try:
        exec(linea, nombres)
    except (ImportError, AttributeError, TypeError) as error:
        mensaje, _, _ = str(error).partition(" (")
        return f"{type(error).__name__}: {mensaje}"
    return "sin error"


if __name__ == "__main__":
    for linea in (DE_PREFECT_1 + DE_PREFECT_2).split("\n"):
        print(f"{linea}\n    {contestacion(linea)}" if linea else "")
