"""Lo que «Glosario» dice de las palabras de Prefect, preguntado a Prefect."""

import inspect
import json
import re
import tomllib
from pathlib import Path

import prefect
import pytest
from prefect import Flow, Task, flow, schedules, settings, task
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.futures import PrefectFuture
from prefect.utilities.names import generate_slug

from motor.ejecuciones import identificadores
from motor.prefect_por_dentro import orden_prefect
from verificador.mascaras import ADJETIVOS, ANIMALES
from verificador.prosa import glosario
from verificador.terminal import Terminal

PAGINA = glosario.PAGINA.read_text("utf-8")
PAQUETE = Path(prefect.__file__).parent
SOLO_DE_TASK = {"cache_policy", "cache_expiration", "retry_condition_fn"}


def parametros(funcion: object) -> set[str]:
    return set(inspect.signature(funcion).parameters)  # type: ignore[arg-type]


def test_solo_la_task_se_guarda_en_cache_y_se_envia_a_la_vez_que_otras() -> None:
    assert parametros(task) >= SOLO_DE_TASK
    assert not SOLO_DE_TASK & parametros(flow)
    assert hasattr(Task, "submit")
    assert not hasattr(Flow, "submit")
    assert "retries" in parametros(task) & parametros(flow)


PARAMETROS = """
from prefect import flow, task

@task(log_prints=True)
def doble(veces: int):
    print(f"{veces!r}")

@flow
def cuenta(veces: int):
    doble("no es un número")

cuenta(veces=3)
"""


def test_los_parametros_de_un_flow_se_guardan_y_los_de_una_task_no_se_comprueban(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    (terminal.carpeta / "cuenta.py").write_text(PARAMETROS, "utf-8")
    ejecucion = terminal.ejecutar("python cuenta.py")
    assert ejecucion.codigo == 0
    assert "'no es un número'" in ejecucion.salida
    (run,) = identificadores(ejecucion.salida)
    assert cliente.read_flow_run(run).parameters == {"veces": 3}


VALE = """
from prefect import flow, task

@task
def sumar():
    return 2

@flow
def informe():
    vale = sumar.submit()
    print(type(vale).__mro__)
    print("valor", vale.result())

informe()
"""


def test_submit_devuelve_un_future(terminal: Terminal) -> None:
    (terminal.carpeta / "vale.py").write_text(VALE, "utf-8")
    salida = terminal.ejecutar("python vale.py").salida
    assert f"{PrefectFuture.__module__}.{PrefectFuture.__name__}" in salida
    assert "valor 2" in salida


def test_un_flow_run_se_llama_con_un_adjetivo_y_un_animal() -> None:
    for _ in range(50):
        primera, _, segunda = generate_slug(2).partition("-")
        assert primera in ADJETIVOS
        assert segunda in ANIMALES


def test_un_deployment_se_crea_con_serve_con_deploy_o_con_una_orden() -> None:
    assert callable(Flow.serve)
    assert callable(Flow.deploy)
    assert "deploy" in set(orden_prefect())


def test_un_deployment_sabe_donde_con_que_y_cuando() -> None:
    campos = SyncPrefectClient.create_deployment.__annotations__
    assert {"entrypoint", "path", "parameters", "schedules"} <= set(campos)


def test_un_deployment_admite_varios_horarios_de_tres_clases() -> None:
    clases = {n for n, o in vars(schedules).items() if inspect.isfunction(o)}
    assert {"Cron", "Interval", "RRule"} <= clases
    assert "schedules" in parametros(Flow.serve)
    assert DeploymentScheduleCreate.model_fields["schedule"]


def test_los_work_pools_dicen_donde_se_ejecuta() -> None:
    datos = "server/api/collections_data/views/aggregate-worker-metadata.json"
    por_coleccion = json.loads((PAQUETE / datos).read_text("utf-8"))
    tipos = {tipo for de_una in por_coleccion.values() for tipo in de_una}
    assert {"process", "docker", "kubernetes"} <= tipos


def test_sin_worker_la_ejecucion_espera(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar("tutorial/programacion/pipelines_ventas.py")
    pedidas = terminal.ejecutar(
        "prefect work-pool create espera --type process\n"
        "prefect deploy pipelines_ventas.py:pipeline_horario --name sola --pool espera "
        "--no-prompt\n"
        "prefect deployment run pipeline-horario/sola"
    )
    assert pedidas.codigo == 0, pedidas.salida
    (run,) = [r for r in cliente.read_flow_runs() if r.work_pool_name == "espera"]
    assert run.state.name in ("Scheduled", "Late")
    assert run.start_time is None


@pytest.mark.parametrize("perfil", ["ephemeral", "local", "cloud"])
def test_prefect_trae_un_perfil_para_cada_servidor(perfil: str) -> None:
    perfiles = tomllib.loads((PAQUETE / "settings/profiles.toml").read_text("utf-8"))
    assert perfil in perfiles["profiles"]
    assert perfiles["active"] == "ephemeral"


def test_los_ajustes_se_guardan_en_el_perfil_en_uso(terminal: Terminal) -> None:
    assert settings.PREFECT_PROFILES_PATH.value().name == "profiles.toml"
    terminal.ejecutar("prefect config set PREFECT_LOGGING_LEVEL=DEBUG")
    guardado = tomllib.loads((terminal.prefect / "profiles.toml").read_text("utf-8"))
    assert guardado["profiles"][guardado["active"]]["PREFECT_LOGGING_LEVEL"] == "DEBUG"


def test_cada_palabra_general_se_explica_con_su_definicion() -> None:
    dichas = dict(re.findall(r"^\*\[(.+)\]: (.+)$", glosario.abreviaturas(), re.M))
    assert dichas["pipelines"] == dichas["pipeline"]
    assert dichas["traza"].startswith("Lo que Python imprime")
    assert dichas["transacciones"].startswith("Varios cambios")
    assert "Parquet" in dichas and "Parquets" not in dichas
    assert "orden" not in dichas  # «en el orden que dice la lista»
    titulos = re.findall(
        r"^### (.+) \{", glosario.SECCION.search(PAGINA)[1], re.MULTILINE
    )
    assert len(titulos) >= 20
    assert len(set(dichas.values())) == len(titulos) - 1
    assert not [frase for frase in dichas.values() if re.search(r"[`*\[]|<!--", frase)]
