"""Lo que queda de Prefect 1 y 2 y lo que hay ahora: docs/produccion/lo-que-ya-no-existe.md."""

import importlib
from collections.abc import Callable

import pytest
from consultas import cambiar
from prefect.runner.storage import GitRepository
from prefect.task_runners import ThreadPoolTaskRunner

from motor.prefect_por_dentro import orden_prefect
from verificador.terminal import Terminal

PAGINA = "produccion/lo-que-ya-no-existe"
DE_UN_SOLO_VALOR = ("JSON", "String", "DateTime")


@pytest.mark.parametrize("nombre", DE_UN_SOLO_VALOR)
def test_los_blocks_de_un_solo_valor_ya_no_existen(nombre: str) -> None:
    de_prefect = importlib.import_module("prefect.blocks.system")
    assert hasattr(de_prefect, "Secret")
    assert not hasattr(de_prefect, nombre)


def test_un_repositorio_de_git_se_clona_al_preparar_la_ejecucion() -> None:
    (paso,) = GitRepository(url="https://git.example/informe.git").to_pull_step()
    assert paso == "prefect.deployments.steps.git_clone"


def test_las_demas_ordenes_de_antes_tampoco_existen() -> None:
    de_prefect = set(orden_prefect())
    assert {"deploy", "server", "worker", "deployment"} <= de_prefect
    assert not {"backend", "register", "run", "create"} & de_prefect
    de_deployment = set(orden_prefect()["deployment"])
    assert {"ls", "run", "delete"} <= de_deployment
    assert not {"build", "apply"} & de_deployment


def test_concurrent_es_otro_nombre_del_de_siempre() -> None:
    corredores = importlib.import_module("prefect.task_runners")
    assert corredores.ConcurrentTaskRunner is ThreadPoolTaskRunner


def test_una_variable_de_orion_no_hace_nada(terminal: Terminal) -> None:
    antigua = "PREFECT_ORION_API_HOST=192.0.2.1"
    con_ella = terminal.ejecutar(f"{antigua} prefect config view --show-defaults")
    assert con_ella.codigo == 0
    assert "192.0.2.1" not in con_ella.salida
    assert "PREFECT_SERVER_API_HOST" in con_ella.salida
    guardada = terminal.ejecutar(f"prefect config set {antigua}")
    assert guardada.codigo == 1
    assert "Unknown setting name" in guardada.salida


def test_lo_que_se_ha_mudado_avisa() -> None:
    cliente = importlib.import_module("prefect.client")
    actual = importlib.import_module("prefect.client.orchestration")
    with pytest.warns(DeprecationWarning, match="has been moved"):
        assert cliente.get_client is actual.get_client


def test_una_task_se_ejecuta_al_enviarla_y_tambien_fuera_de_un_flow(
    funciona: Callable[[str], None],
) -> None:
    funciona("""
import threading

empezada = threading.Event()

@task
def contar():
    empezada.set()

@flow
def enviada():
    contar.submit()
    assert empezada.wait(60)

enviada()

sueltas = []

@task
def suelta():
    sueltas.append("hecha")

suelta()
assert sueltas == ["hecha"]
""")


def test_perezosas_ejecuta_tambien_lo_enviado(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/perezosas.py")
    cambiar(programa, "    contar()\n", "    contar.submit()\n")
    ejecucion = terminal.ejecutar("python perezosas.py")
    assert ejecucion.codigo == 0
    assert "contar() se está ejecutando" in ejecucion.salida


def test_restos_dice_el_error_de_otra_linea(terminal: Terminal) -> None:
    programa = terminal.guardar(f"{PAGINA}/restos.py")
    cambiar(
        programa,
        'DE_PREFECT_2 = """\n',
        'DE_PREFECT_2 = """\nfrom prefect.blocks.system import String\n',
    )
    ejecucion = terminal.ejecutar("python restos.py")
    assert ejecucion.codigo == 0
    assert (
        "cannot import name 'String' from 'prefect.blocks.system'" in ejecucion.salida
    )
