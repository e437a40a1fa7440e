"""Lo que «Siguientes pasos» dice de un servidor compartido, con servidores de verdad."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx
import prefect
import pytest
from prefect import settings
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings.models.server.database import ServerDatabaseSettings

from motor.prefect_por_dentro import SERVIDOR_LISTO
from motor.puertos import puerto_libre
from verificador import plugin
from verificador.terminal import Terminal

FLOWS = "tutorial/programacion/pipelines_ventas.py"
MIGRACIONES = Path(prefect.__file__).parent / "server/database/_migrations/versions"
SECRETO = "tres-tristes-tigres"
USUARIO = ("ana", "una-clave")
CREAR = f"""
from prefect.blocks.system import Secret

Secret(value="{SECRETO}").save("mi-clave", overwrite=True)
"""
DESPLEGAR = (
    "prefect work-pool create locales --type process --overwrite\n"
    "prefect deploy pipelines_ventas.py:pipeline_horario --name sola --pool locales "
    "--no-prompt\n"
)


@pytest.fixture(scope="module")
def protegido(pytestconfig: pytest.Config) -> Iterator[str]:
    """Un servidor con usuario y contraseña, en otra dirección de este equipo."""
    nueva = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
    direccion = f"http://127.0.0.2:{puerto_libre()}"
    _, _, puerto = direccion.rpartition(":")
    nueva.servir(
        f"PREFECT_SERVER_API_AUTH_STRING={':'.join(USUARIO)} "
        f"prefect server start --host 127.0.0.2 --port {puerto}",
        SERVIDOR_LISTO,
    )
    # Lo anuncia un instante antes de escuchar.
    with httpx.Client(transport=httpx.HTTPTransport(retries=6)) as paciente:
        paciente.get(f"{direccion}/api/health").raise_for_status()
    yield direccion
    nueva.cerrar()


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


def test_la_clave_de_cifrado_esta_en_la_misma_base_de_datos(
    pytestconfig: pytest.Config,
) -> None:
    """Con la base de datos y nada más se descifra; con otra clave, no está."""
    for variable, guardadas in (
        ("", 1),
        (f"PREFECT_SERVER_ENCRYPTION_KEY={clave()} ", 0),
    ):
        terminal = pytestconfig.stash[plugin.TALLER].terminal(servidor=False)
        (terminal.carpeta / "crear.py").write_text(CREAR, "utf-8")
        creado = terminal.ejecutar(f"{variable}python crear.py")
        terminal.cerrar()
        assert creado.codigo == 0, creado.salida
        with sqlite3.connect(terminal.prefect / "prefect.db") as base:
            (datos,) = base.execute("SELECT data FROM block_document").fetchone()
            claves = base.execute(
                "SELECT value FROM configuration WHERE key = 'ENCRYPTION_KEY'"
            ).fetchall()
        assert SECRETO not in datos
        assert len(claves) == guardadas


def clave() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def test_por_omision_el_servidor_solo_escucha_en_su_equipo() -> None:
    assert settings.PREFECT_SERVER_API_HOST.default() == "127.0.0.1"


def test_la_interfaz_busca_la_api_donde_dice_su_ajuste(protegido: str) -> None:
    dicho = httpx.get(f"{protegido}/ui-settings").json()["api_url"]
    assert dicho.startswith("http://127.0.0.1:")  # el de quien la abre, y no el suyo
    ajuste = settings.PREFECT_SERVER_UI_API_URL
    with settings.temporary_settings({ajuste: f"{protegido}/api"}):
        assert settings.PREFECT_UI_API_URL.value() == f"{protegido}/api"


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


def test_con_contrasena_el_servidor_rechaza_a_quien_no_la_tiene(protegido: str) -> None:
    pedir = f"{protegido}/api/flows/count"
    assert httpx.post(pedir).status_code == 401
    assert httpx.post(pedir, auth=("ana", "otra")).status_code == 401
    assert httpx.post(pedir, auth=USUARIO).status_code == 200
    with SyncPrefectClient(
        f"{protegido}/api", auth_string=":".join(USUARIO)
    ) as cliente:
        assert cliente.read_flows() == []


def test_de_postgresql_solo_vale_un_controlador_y_pide_una_extension() -> None:
    driver = ServerDatabaseSettings.model_fields["driver"].annotation
    (valen,) = [get_args(opcion) for opcion in get_args(driver) if get_args(opcion)]
    assert [v for v in valen if v.startswith("postgresql")] == ["postgresql+asyncpg"]
    textos = (m.read_text("utf-8") for m in (MIGRACIONES / "postgresql").glob("*.py"))
    assert any("CREATE EXTENSION IF NOT EXISTS pg_trgm" in texto for texto in textos)
