"""Lo que «Siguientes pasos» dice de un servidor compartido, con servidores de verdad."""

import shutil
from pathlib import Path

import httpx
import pytest
from prefect import settings
from prefect.client.orchestration import SyncPrefectClient

from verificador.terminal import Terminal

FLOWS = "tutorial/programacion/pipelines_ventas.py"
SECRETO = "tres-tristes-tigres"
CREAR = f"""
from prefect.blocks.system import Secret

Secret(value="{SECRETO}").save("mi-clave", overwrite=True)
"""
DESPLEGAR = (
    "prefect work-pool create locales --type process --overwrite\n"
    "prefect deploy pipelines_ventas.py:pipeline_horario --name sola --pool locales "
    "--no-prompt\n"
)


@pytest.fixture
def con_secreto(terminal: Terminal) -> Terminal:
    """El servidor corriente, con un secreto guardado en un block."""
    (terminal.carpeta / "crear.py").write_text(CREAR, "utf-8")
    assert terminal.ejecutar("python crear.py").codigo == 0
    return terminal


def test_prefect_deploy_guarda_la_ruta_de_tu_carpeta(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(FLOWS)
    assert terminal.ejecutar(DESPLEGAR).codigo == 0
    guardado = cliente.read_deployment_by_name("pipeline-horario/sola")
    (paso,) = guardado.pull_steps
    carpeta = paso["prefect.deployments.steps.set_working_directory"]["directory"]
    assert Path(carpeta) == terminal.carpeta


def test_sin_la_carpeta_del_deployment_la_ejecucion_termina_en_crashed(
    terminal: Terminal, cliente: SyncPrefectClient
) -> None:
    terminal.guardar(FLOWS)
    otra = terminal.raiz / "otra"
    shutil.copytree(terminal.carpeta, otra)
    pedido = terminal.ejecutar(
        f"cd '{otra}'\n{DESPLEGAR}cd '{terminal.carpeta}'\n"
        f"rm -r '{otra}'\nprefect deployment run pipeline-horario/sola"
    )
    assert pedido.codigo == 0, pedido.salida
    terminal.ejecutar("prefect worker start --pool locales --run-once")
    (run,) = [r for r in cliente.read_flow_runs() if r.work_pool_name == "locales"]
    assert run.state.name == "Crashed"


def test_quien_usa_el_servidor_puede_leer_los_secretos(con_secreto: Terminal) -> None:
    pedidos = httpx.post(
        f"{con_secreto.api}/block_documents/filter",
        json={"include_secrets": True},
    )
    assert SECRETO in pedidos.text
    tapados = httpx.post(f"{con_secreto.api}/block_documents/filter", json={})
    assert SECRETO not in tapados.text


def test_por_omision_el_servidor_solo_escucha_en_su_equipo() -> None:
    assert settings.PREFECT_SERVER_API_HOST.default() == "127.0.0.1"


def test_sin_proteger_el_servidor_contesta_a_cualquier_pagina(
    con_secreto: Terminal,
) -> None:
    contestado = httpx.post(
        f"{con_secreto.api}/block_documents/filter",
        json={"include_secrets": True},
        headers={"Origin": "http://otra.example"},
    )
    assert contestado.headers["access-control-allow-origin"] == "*"
    assert SECRETO in contestado.text
