"""Lo que se sabe de Prefect por dentro sigue siendo verdad: una prueba por hecho."""

import importlib
import inspect
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import entry_points
from itertools import product
from pathlib import Path
from shutil import copy
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest

from calificador.entorno import entorno_propio
from motor import prefect_por_dentro as por_dentro
from motor.base import base_vacia, memoria_de
from motor.ejecuciones import identificadores
from motor.espera import esperar
from motor.puertos import puerto_libre
from motor.rutas import RAIZ
from motor.servidor import Servidor
from verificador import plugin
from verificador.terminal import Terminal

SERVIR = """
from prefect import flow

@flow
def servido():
    pass

servido.serve(name="de-prueba")
"""
AQUI = Path(__file__).parent / "por_dentro"
# La colección que no puede estar ya importada cuando nace un programa: `distributed`, de la que
# depende, cambia en todo el proceso cómo se guardan las excepciones, y quien no la importa lo
# notaría. Fuente: distributed/utils.py, `tblib.pickling_support.install()`.
SIN_PRECARGAR = ("prefect_dask",)
LIMITE_S = 20
SIN_HORARIOS = {"PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false"}


class Hecho(NamedTuple):
    """Lo que dejó `programa.py`: lo que imprimió y lo que el servidor apuntó."""

    salida: str
    id: UUID  # el de su flow run
    nombre: str
    subflows: dict[UUID, str]  # el nombre del flow de cada uno
    tareas: dict[str, list]  # las task runs de cada función
    estados: set[str]


@pytest.fixture(scope="module")
def servidor(pytestconfig: pytest.Config) -> Iterator[Servidor]:
    """Uno que no apunta nada de los horarios por su cuenta."""
    taller = pytestconfig.stash[plugin.TALLER]
    carpeta = taller.carpeta / "por_dentro"
    carpeta.mkdir()
    nuevo = Servidor(carpeta, entorno_propio(carpeta) | SIN_HORARIOS)
    nuevo.arrancar([taller.programas / "prefect"], pytestconfig.stash[plugin.CACHE])
    yield nuevo
    nuevo.cerrar()


@pytest.fixture(scope="module")
def terminal(pytestconfig: pytest.Config, servidor: Servidor) -> Iterator[Terminal]:
    nueva = pytestconfig.stash[plugin.TALLER].terminal(puerto=servidor.puerto)
    yield nueva
    nueva.cerrar()


@pytest.fixture(scope="module")
def frio(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Lo que pasa al importar Prefect en un proceso nuevo; véase `por_dentro/frio.py`."""
    casa, otra = (tmp_path_factory.mktemp(nombre) for nombre in ("casa", "otra"))
    perfiles = otra / ".prefect" / "profiles.toml"
    perfiles.parent.mkdir()
    perfiles.write_text('active = "otro"\n[profiles.otro]\nPREFECT_API_KEY = "x"\n')
    visto = ejecutar("frio.py", casa, otra, PREFECT_LOGGING_LEVEL="DEBUG")
    return {**visto, "casa": str(casa), "otra": str(otra)}


def ejecutar(programa: str, casa: Path, *argumentos: Path, **ajustes: str) -> Any:  # noqa: ANN401
    """Lo que cuenta en JSON, en su última línea, un programa de `por_dentro/`, en frío."""
    hecho = subprocess.run(
        [sys.executable, AQUI / programa, *argumentos],
        env={
            "HOME": str(casa),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(RAIZ),
            "DO_NOT_TRACK": "1",
            **ajustes,
        },
        cwd=casa,
        capture_output=True,
        text=True,
    )
    assert hecho.returncode == 0, hecho.stdout + hecho.stderr
    return json.loads(hecho.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def hecho(terminal: Terminal, servidor: Servidor) -> Hecho:
    """Lo que deja un programa de verdad; véase `por_dentro/programa.py`."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    (terminal.carpeta / "programa.py").write_bytes((AQUI / "programa.py").read_bytes())
    ejecucion = terminal.ejecutar("python programa.py")
    assert ejecucion.codigo == 0, ejecucion.salida
    api = servidor.cliente
    (run,) = (
        run
        for run in api.read_flow_runs()
        if api.read_flow(run.flow_id).name == "exterior"
    )
    filtro = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
    esperar(lambda: not a_medias(api.read_task_runs(flow_run_filter=filtro)), LIMITE_S)
    tareas: dict[str, list] = {}
    for tarea in api.read_task_runs(flow_run_filter=filtro):
        tareas.setdefault(tarea.task_key.partition("-")[0], []).append(tarea)
    subflows = {
        otro.id: api.read_flow(otro.flow_id).name
        for otro in api.read_flow_runs()
        if otro.parent_task_run_id
    }
    historias = [
        *(api.read_flow_run_states(uno) for uno in (run.id, *subflows)),
        *(api.read_task_run_states(t.id) for ts in tareas.values() for t in ts),
    ]
    estados = {estado.name for historia in historias for estado in historia}
    return Hecho(ejecucion.salida, run.id, run.name, subflows, tareas, estados)


def a_medias(tareas: list) -> bool:
    return not all(t.state and t.state.is_final() for t in tareas)


# Qué se importa, y qué pasa al importarlo.


def test_importar_los_hechos_no_importa_prefect(frio: dict) -> None:
    assert frio["importado antes"] == []


@pytest.mark.parametrize("modulo", (*por_dentro.MODULOS, *por_dentro.DE_OTROS))
def test_los_modulos_existen(modulo: str) -> None:
    assert importlib.util.find_spec(modulo)


def test_los_modulos_que_nombran_los_ajustes_estan_entre_ellos() -> None:
    from prefect.settings.models.server import ServerSettings

    ajustes = ServerSettings().model_dump_json()
    nombrados = set(re.findall(r'"(prefect(?:\.\w+)+)"', ajustes))
    assert nombrados and nombrados <= set(por_dentro.MODULOS)


@pytest.mark.parametrize("que", ["flow", "servidor"])
def test_con_los_modulos_no_se_importa_nada_mas(terminal: Terminal, que: str) -> None:
    programa = (AQUI / "de_mas.py").read_bytes()
    (terminal.carpeta / "de_mas.py").write_bytes(programa)
    puerto = f"PREFECT_SERVER_API_PORT={puerto_libre()}" if que == "servidor" else ""
    sin_precargar = " ".join(SIN_PRECARGAR) if puerto else ""
    ejecucion = terminal.ejecutar(f"{puerto} python de_mas.py {que} {sin_precargar}")
    assert json.loads(ejecucion.salida.splitlines()[-1]) == [], ejecucion.salida


def test_las_colecciones_son_las_instaladas() -> None:
    instaladas = entry_points(group="prefect.collections")
    conocidas = {*por_dentro.COLECCIONES, *SIN_PRECARGAR}
    assert {c.module for c in instaladas} == conocidas


def test_lo_precargado_no_cambia_como_se_guarda_una_excepcion(
    terminal: Terminal,
) -> None:
    (terminal.carpeta / "excepciones.py").write_text(
        "import copyreg\nimport prefect\n"
        "print([t for t in copyreg.dispatch_table if issubclass(t, BaseException)])\n"
    )
    ejecucion = terminal.ejecutar("python excepciones.py")
    assert ejecucion.salida.splitlines()[-1] == "[]"


@pytest.mark.parametrize("coleccion", SIN_PRECARGAR)
def test_lo_que_no_se_precarga_si_la_cambia(coleccion: str) -> None:
    """El motivo de que no se importe de antemano: cuando deje de ser verdad, se podrá."""
    programa = (
        f"import copyreg, {coleccion}\n"
        "print(any(issubclass(t, BaseException) for t in copyreg.dispatch_table))"
    )
    orden = [sys.executable, "-c", programa]
    hecho = subprocess.run(orden, capture_output=True, text=True, check=True)
    assert hecho.stdout == "True\n"


def test_los_logs_los_configura_ese_modulo_al_importarse(frio: dict) -> None:
    assert frio["quién configura"] == [por_dentro.CONFIGURA_LOGS]


def test_los_nombres_de_prefect_los_da_ese_modulo() -> None:
    import prefect
    from prefect import main

    de_main = por_dentro.los_que_da(por_dentro.CONFIGURA_LOGS)
    assert {"flow", "task", "serve"} <= de_main
    assert all(getattr(prefect, n) is getattr(main, n) for n in de_main)
    otros = por_dentro.los_que_da("prefect.deployments.runner")
    assert set(prefect.__all__) - {"__version__"} == de_main | otros


def test_se_puede_importar_sin_configurar_los_logs(frio: dict) -> None:
    assert frio["llamadas sin configurar"] == []


def test_configurar_los_logs_es_lo_que_hace_al_importarse(frio: dict) -> None:
    assert "prefect.profiles: Using profile 'ephemeral'" in frio["log al importar"]
    assert frio["log configurado"] == frio["log al importar"]


# Los ajustes y la telemetría.


def test_los_ajustes_se_pueden_releer_en_otra_carpeta_personal(frio: dict) -> None:
    assert frio["ajustes"]["perfil"] == "ephemeral"
    nuevos = frio["ajustes en otra casa"]
    assert nuevos["perfil"] == "otro"
    assert nuevos["carpeta"] == f"{frio['otra']}/.prefect"
    assert nuevos["copias"] == [nuevos["carpeta"]]


@pytest.mark.parametrize("opciones", list(product((False, True), repeat=3)))
def test_los_ajustes_de_una_vuelta_son_las_mismas_variables(
    monkeypatch: pytest.MonkeyPatch, opciones: tuple[bool, bool, bool]
) -> None:
    from prefect.settings import Settings

    for nombre, valor in (
        ("PREFECT_API_KEY", "secreta"),  # un secreto
        ("PREFECT_SERVER_DATABASE_PASSWORD", "otra"),  # y otro, más adentro
        ("PREFECT_LOGGING_EXTRA_LOGGERS", "uno,dos"),  # una lista
        ("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Uno": "1"}'),  # un diccionario
        ("PREFECT_API_DATABASE_TIMEOUT", "7"),  # con un nombre antiguo
    ):
        monkeypatch.setenv(nombre, valor)
    ajustes = Settings()

    esperadas = ajustes.to_environment_variables(*opciones)
    obtenidas = por_dentro.ajustes_como_variables(ajustes, *opciones)

    assert list(obtenidas.items()) == list(esperadas.items())
    assert len(esperadas) > 4


def test_prefect_vuelca_sus_ajustes_con_la_nuestra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.settings import Settings
    from prefect.settings.base import PrefectBaseSettings

    suya = PrefectBaseSettings.to_environment_variables
    monkeypatch.setattr(PrefectBaseSettings, "to_environment_variables", suya)
    antes = Settings().hash_key()
    por_dentro.volcar_ajustes_con(por_dentro.ajustes_como_variables)
    assert Settings().to_environment_variables.__func__ is not suya
    assert Settings().hash_key() == antes


def test_el_latido_se_quita_y_solo_asi(
    frio: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings.models.flows import FlowsSettings

    con_latido, sin_latido = frio["latidos"]
    assert con_latido > 0
    assert sin_latido is None
    for ninguno in ("", "None", "null", "0"):
        monkeypatch.setenv("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", ninguno)
        with pytest.raises(ValueError, match="heartbeat_frequency"):
            FlowsSettings()


def test_el_aviso_de_telemetria_se_repite_si_se_pide(frio: dict) -> None:
    assert frio["avisos de telemetría"] == 1


def test_esa_variable_quita_la_telemetria(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect._internal.analytics import is_telemetry_enabled

    monkeypatch.setattr(os, "environ", {})
    assert is_telemetry_enabled()
    os.environ[por_dentro.NO_RASTREAR] = "1"
    assert not is_telemetry_enabled()


# La API que sirve un servidor.


def test_la_api_preparada_es_la_de_siempre() -> None:
    from prefect.server.api.server import create_api_app

    preparada, otra = por_dentro.api_preparada(), create_api_app(ignore_cache=True)
    assert preparada is not otra
    assert preparada.openapi() == otra.openapi()
    capas = [[capa.cls for capa in api.user_middleware] for api in (preparada, otra)]
    assert capas[0] == capas[1]


def test_la_api_de_los_ajustes_solo_mira_la_contrasena() -> None:
    from prefect.server.api.server import create_api_app

    fuente = inspect.getsource(create_api_app)
    assert set(re.findall(r"PREFECT_\w+", fuente)) == {"PREFECT_SERVER_API_AUTH_STRING"}
    assert re.findall(r"get_current_settings\(\)\S*", fuente) == [
        "get_current_settings().hash_key(),"
    ]


def test_el_primer_servidor_sirve_la_api_preparada_y_los_demas_no(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect.server.api import server
    from prefect.settings import PREFECT_SERVER_API_AUTH_STRING, temporary_settings

    monkeypatch.setattr(server, "create_api_app", server.create_api_app)
    preparada = por_dentro.api_preparada()
    por_dentro.servir_con(preparada)

    def servida() -> Any:  # noqa: ANN401 - la de FastAPI
        return server.create_app(ephemeral=True, ignore_cache=True).api_app

    with temporary_settings({PREFECT_SERVER_API_AUTH_STRING: "ana:clave"}):
        assert servida() is not preparada
    sin_nada = {**preparada.exception_handlers}
    assert servida() is preparada
    assert servida().exception_handlers == preparada.exception_handlers != sin_nada


# Lo que deja en el disco y dónde escucha.


def test_la_carpeta_de_prefect_se_llama_asi(frio: dict) -> None:
    assert frio["ajustes"]["carpeta"] == f"{frio['casa']}/{por_dentro.CARPETA}"


def test_los_perfiles_se_guardan_ahi(frio: dict) -> None:
    nuevos = frio["ajustes en otra casa"]
    assert nuevos["perfiles"] == f"{nuevos['carpeta']}/{por_dentro.PERFILES}"


def test_la_base_de_datos_se_llama_asi(frio: dict) -> None:
    assert frio["ajustes"]["base"] == (
        f"sqlite+aiosqlite:///{frio['ajustes']['carpeta']}/{por_dentro.BASE_DE_DATOS}"
    )


def test_las_migraciones_se_apuntan_en_esa_tabla(pytestconfig: pytest.Config) -> None:
    base_de_datos = pytestconfig.stash[plugin.TALLER].base_de_datos
    with closing(sqlite3.connect(base_de_datos)) as base:
        assert base.execute(
            f"SELECT * FROM {por_dentro.TABLA_DE_MIGRACIONES}"
        ).fetchall()


def test_con_esa_memoria_el_servidor_no_vuelve_a_apuntar_los_blocks(
    pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    taller = pytestconfig.stash[plugin.TALLER]
    guardada = base_vacia(tmp_path)
    copy(taller.base_de_datos, guardada)
    copy(memoria_de(taller.base_de_datos), memoria_de(guardada))
    with closing(sqlite3.connect(guardada)) as base, base:
        base.execute("DELETE FROM block_type")

    def apuntados(cache: Path, carpeta: Path) -> int:
        nuevo = Servidor(carpeta, entorno_propio(carpeta))
        nuevo.arrancar([taller.programas / "prefect"], cache)
        cuantos = len(nuevo.cliente.read_block_types())
        nuevo.cerrar()
        return cuantos

    assert apuntados(tmp_path, tmp_path / "con") == 0
    assert (tmp_path / "con" / por_dentro.MEMORIA).is_file()
    memoria_de(guardada).write_text('block_auto_registration = "otra"\n')
    assert apuntados(tmp_path, tmp_path / "sin") > 0


def test_el_servidor_escucha_en_ese_puerto(frio: dict) -> None:
    assert frio["ajustes"]["puerto"] == por_dentro.PUERTO


# Lo que se le pide al servidor.


@cache
def rutas() -> set[tuple[str, str]]:
    """Las de la API: el método y la forma de cada una."""
    from prefect.server.api.server import API_ROUTERS

    caminos = [camino for grupo in API_ROUTERS for camino in grupo.routes]
    return {
        (metodo, camino.path)
        for camino in caminos
        for metodo in getattr(camino, "methods", ())  # un WebSocket no tiene
    }


def borrado_por(que: str) -> set[str]:
    """Los campos por los que se borra algo de una clase; ninguno, si no se puede."""
    forma = re.compile(rf"/{que}/\{{(\w+?)(?::\w+)?\}}")
    borrados = [forma.fullmatch(ruta) for metodo, ruta in rutas() if metodo == "DELETE"]
    return {hallado[1] for hallado in borrados if hallado}


@pytest.mark.parametrize(("que", "campo"), por_dentro.SE_BORRAN.items())
def test_se_puede_enumerar_y_borrar(que: str, campo: str) -> None:
    assert ("POST", f"/{que}/filter") in rutas()
    assert {campo, "id_or_name"} & borrado_por(que)


# Prefect los crea y los borra solo, con aquello de lo que son; o el calificador no los mira.
NO_SE_BORRAN = {
    "block_schemas",
    "block_types",
    "flow_runs",
    "saved_searches",
    "task_runs",
    "work_queues",
}


FILTRO = re.compile(r"/([^{}]+)/filter")  # con «{}», lo de dentro de otra cosa


def test_se_borra_todo_lo_que_se_puede_crear() -> None:
    filtros = {ruta for metodo, ruta in rutas() if metodo == "POST"}
    creables = {hallado[1] for f in filtros if (hallado := FILTRO.fullmatch(f))}
    borrables = {que for que in creables if borrado_por(que)}
    assert borrables == por_dentro.SE_BORRAN.keys() | NO_SE_BORRAN


def test_el_servidor_apunta_la_marca_y_antes_lo_anterior(servidor: Servidor) -> None:
    *anteriores, marca = (uuid4() for _ in range(30))
    for tarea in (*anteriores, marca):
        por_dentro.apuntar_marca(servidor.cliente, tarea)
    assert esperar(lambda: apuntada(servidor, marca), LIMITE_S)
    assert all(apuntada(servidor, tarea) for tarea in anteriores)
    assert servidor.cliente.read_task_run(marca).state_name == por_dentro.Estado.PENDING


def apuntada(servidor: Servidor, tarea: UUID) -> bool:
    from prefect.exceptions import ObjectNotFound

    try:
        return servidor.cliente.read_task_run(tarea).id == tarea
    except ObjectNotFound:
        return False


def test_el_servidor_apunta_las_proximas_si_se_le_pide(servidor: Servidor) -> None:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.schedules import IntervalSchedule

    horario = IntervalSchedule(interval=timedelta(hours=1))
    api = servidor.cliente
    deployment = api.create_deployment(
        api.create_flow_from_name("con-horario"),
        "lento",
        schedules=[DeploymentScheduleCreate(schedule=horario)],
    )
    por_dentro.programar(api, deployment, 3)
    filtro = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
    assert len(api.read_flow_runs(deployment_filter=filtro)) == 3

    desde = datetime(2027, 3, 28, tzinfo=UTC)
    por_dentro.programar(api, deployment, 9, desde, desde + timedelta(hours=2.5))
    previstas = [
        run.expected_start_time for run in api.read_flow_runs(deployment_filter=filtro)
    ]
    assert len([cuando for cuando in previstas if cuando >= desde]) in (2, 3)


def test_un_worker_lanza_ese_modulo_y_le_dice_que_ejecuta() -> None:
    from prefect import engine
    from prefect.runner import _starter_engine as lanzadera

    assert f'"-m", "{por_dentro.MOTOR}"' in inspect.getsource(lanzadera)
    assert engine.__name__ == por_dentro.MOTOR
    assert f'"{por_dentro.QUE_EJECUTA}"' in inspect.getsource(engine)


# Lo que el servidor cuenta de un flow run.


@pytest.mark.parametrize("estado", por_dentro.Estado, ids=lambda e: e.name)
def test_el_servidor_llama_asi_a_ese_estado(
    hecho: Hecho, estado: por_dentro.Estado
) -> None:
    assert estado in hecho.estados


def test_las_esperas_estan_en_esa_entrada(hecho: Hecho) -> None:
    (avisar,) = hecho.tareas["avisar"]
    (espera,) = avisar.task_inputs[por_dentro.ENTRADA_DE_ESPERA]
    assert espera.id in {tarea.id for tarea in hecho.tareas["limpiar"]}


def test_esas_entradas_son_el_resultado_de_otro_run(hecho: Hecho) -> None:
    from prefect.client.schemas import objects

    limpiezas = [tarea.task_inputs["dato"][0] for tarea in hecho.tareas["limpiar"]]
    runs = {tarea.id for tareas in hecho.tareas.values() for tarea in tareas}
    assert all(entrada.id in runs | hecho.subflows.keys() for entrada in limpiezas)
    vistas = {entrada.input_type for entrada in limpiezas}
    assert vistas <= por_dentro.ENTRADAS_QUE_SON_RUNS
    clases = (objects.TaskRunResult, objects.FlowRunResult)
    tipos = {clase.model_fields["input_type"].default for clase in clases}
    assert tipos == por_dentro.ENTRADAS_QUE_SON_RUNS


def test_el_sufijo_de_una_task_run_es_asi_de_largo(hecho: Hecho) -> None:
    (extraer,) = hecho.tareas["extraer"]
    assert len(extraer.name) == len("extraer-") + por_dentro.LARGO_DEL_SUFIJO


@pytest.mark.parametrize("funcion", ["extraer", "limpiar", "recordar", "rendirse"])
def test_sin_sufijo_queda_el_nombre_de_la_task(hecho: Hecho, funcion: str) -> None:
    assert {por_dentro.nombre_de_la_task(t) for t in hecho.tareas[funcion]} == {funcion}


def test_la_task_run_de_un_subflow_lleva_su_id(hecho: Hecho) -> None:
    tareas = [tarea for tareas in hecho.tareas.values() for tarea in tareas]
    llevados = list(filter(None, map(por_dentro.subflow_de, tareas)))
    assert sorted(llevados) == sorted(hecho.subflows)
    assert set(hecho.subflows.values()) == {"interior", "de-golpe"}


def test_el_enlace_del_log_lleva_el_id_del_flow_run(hecho: Hecho) -> None:
    assert UUID(por_dentro.ENLACE.search(hecho.salida)[1]) == hecho.id
    assert identificadores(hecho.salida)[0] == hecho.id


# Lo que imprime.


def test_el_log_dice_que_flow_run_habla(hecho: Hecho) -> None:
    assert f" | {por_dentro.HABLA_UN_FLOW_RUN}{hecho.nombre}' - " in hecho.salida


def test_el_log_dice_que_empieza_un_flow(hecho: Hecho) -> None:
    empieza = f"{por_dentro.EMPIEZA_UN_FLOW}{hecho.nombre}' for flow 'exterior'"
    assert empieza in hecho.salida


def test_el_log_dice_que_empieza_un_subflow(hecho: Hecho) -> None:
    empieza = re.escape(por_dentro.EMPIEZA_UN_SUBFLOW)
    vistos = re.findall(rf"{empieza}[\w-]+' for flow '(.+)'", hecho.salida)
    assert vistos == ["interior", "de-golpe"]


def test_lo_ultimo_que_dice_un_run_es_que_termina(
    hecho: Hecho, servidor: Servidor
) -> None:
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

    filtro = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[hecho.id]))

    def ultimo() -> str:
        return servidor.cliente.read_logs(filtro, limit=200)[-1].message

    assert esperar(lambda: ultimo().startswith(por_dentro.TERMINA), LIMITE_S), ultimo()
    assert f"{por_dentro.TERMINA} {por_dentro.Estado.COMPLETED}()" in hecho.salida


def test_el_log_dice_que_la_condicion_esta_rota(hecho: Hecho) -> None:
    assert por_dentro.CONDICION_ROTA in hecho.salida


def test_al_anunciar_que_se_sirve_ya_esta_el_deployment(
    terminal: Terminal, servidor: Servidor
) -> None:
    (terminal.carpeta / "servir.py").write_text(SERVIR)
    terminal.servir("python servir.py", por_dentro.SERVIDO)
    assert servidor.cliente.read_deployment_by_name("servido/de-prueba")


def test_el_servidor_anuncia_que_esta_listo(servidor: Servidor) -> None:
    assert f"{por_dentro.SERVIDOR_LISTO} at {servidor.api[:-4]}" in servidor.dicho


def test_el_servidor_dice_que_no_llega_a_internet() -> None:
    from prefect.server.services import telemetry

    assert f'f"{por_dentro.SIN_TELEMETRIA}: ' in inspect.getsource(telemetry)


# Cómo se llaman, o qué dicen, los errores.


def un_flow(**opciones: object) -> object:
    from prefect import flow

    @flow(**opciones)
    def cualquiera(numero: int) -> int:
        return numero

    return cualquiera


def importar_algo_de_otra_version() -> None:
    from prefect.deployments import Deployment  # noqa: F401


def guardar_dos_veces() -> None:
    from prefect.blocks.system import Secret

    for _ in range(2):
        Secret(value="x").save("repetido")


def cargar_lo_que_no_hay() -> None:
    from prefect.blocks.system import Secret

    Secret.load("no-hay")


def devolver_un_estado_malo() -> None:
    from prefect import flow
    from prefect.states import Failed

    flow(lambda: Failed(), name="malo")()


def llamar_sin_servidor() -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    nadie = f"http://127.0.0.1:{puerto_libre()}/api"
    with temporary_settings({PREFECT_API_URL: nadie}):
        un_flow()(1)


def llamar_a_algo() -> None:
    from prefect import flow

    flow(5)


def usar_una_politica_de_texto() -> None:
    from prefect import task

    task(puerto_libre, cache_policy="INPUTS")()


def entrar_en_el_cliente_asincrono() -> None:
    from prefect.client.orchestration import get_client

    with get_client():
        pass


def reintentar_segun_un_texto() -> None:
    from prefect import task

    task(puerto_libre, retry_condition_fn="es_pasajero")


def servir_una_lista() -> None:
    from prefect import serve

    serve([un_flow().to_deployment("x")])


def desplegar_sin_codigo() -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    with get_client(sync_client=True) as cliente:
        cliente.create_work_pool(WorkPoolCreate(name="sin-codigo", type="process"))
    un_flow().deploy("x", work_pool_name="sin-codigo")


def traer_de_una_ruta() -> None:
    from prefect.runner.storage import GitRepository

    GitRepository(Path("informes.git"))


def traer_de_donde_no_hay() -> None:
    from prefect import flow

    flow.from_source("/no/existe.git", "informe.py:informe")


def traer_lo_que_no_es_un_flow(funcion: str) -> None:
    from prefect.flows import load_flow_from_entrypoint

    load_flow_from_entrypoint(f"{__file__}:{funcion}")


def programar_en_otra_zona() -> None:
    from prefect.schedules import Cron

    horario = Cron("0 8 * * *", timezone="America/Monterey")
    un_flow().to_deployment("x", schedule=horario)


def filtrar_por_nombres_de_estado() -> None:
    from prefect.client.schemas.filters import FlowRunFilterStateType

    FlowRunFilterStateType(any_=["Completed"])


# De cada error: cómo se provoca y qué lo delata en su traza.
ERRORES: list[tuple[Callable[[], object], str]] = [
    (importar_algo_de_otra_version, por_dentro.DE_OTRA_VERSION),
    (llamar_a_algo, por_dentro.SIN_FUNCION),
    (
        lambda: un_flow().validate_parameters({"numero": "x"}),
        por_dentro.PARAMETRO_DE_OTRO_TIPO,
    ),
    (lambda: un_flow()(), rf"{por_dentro.PARAMETROS_QUE_NO_CASAN}\b.*missing"),
    (devolver_un_estado_malo, por_dentro.DEVUELTO_MALO),
    (llamar_sin_servidor, por_dentro.SIN_SERVIDOR),
    (cargar_lo_que_no_hay, por_dentro.SIN_BLOCK),
    (guardar_dos_veces, por_dentro.BLOCK_REPETIDO),
    (
        lambda: un_flow().to_deployment("x", interval="mañana"),
        por_dentro.INTERVALO_MALO,
    ),
    (lambda: un_flow().deploy("x"), por_dentro.SIN_WORK_POOL),
    (desplegar_sin_codigo, por_dentro.SIN_CODIGO),
    (lambda: un_flow().to_deployment("x", cron="8:00 * * *"), por_dentro.CRON_MALO),
    (traer_de_una_ruta, por_dentro.REPOSITORIO_QUE_NO_ES_UN_TEXTO),
    (traer_de_donde_no_hay, por_dentro.SIN_CLONAR),
    (lambda: traer_lo_que_no_es_un_flow("un_flow"), por_dentro.SIN_ESE_FLOW),
    (lambda: traer_lo_que_no_es_un_flow("ninguno"), por_dentro.SIN_ESE_FLOW),
    (lambda: un_flow(on_failure=print), por_dentro.HOOK_SIN_LISTA),
    (lambda: un_flow(on_failure=["avisar"]), por_dentro.HOOK_QUE_NO_LO_ES),
    (programar_en_otra_zona, por_dentro.ZONA_MALA),
    (
        lambda: un_flow().to_deployment("x", parameters={"Puebla"}),
        por_dentro.PARAMETROS_QUE_NO_SON_DICCIONARIO,
    ),
    (servir_una_lista, por_dentro.SERVIR_LO_QUE_NO_ES),
    (usar_una_politica_de_texto, por_dentro.POLITICA_QUE_NO_LO_ES),
    (reintentar_segun_un_texto, por_dentro.CONDICION_QUE_NO_LO_ES),
    (entrar_en_el_cliente_asincrono, por_dentro.CLIENTE_ASINCRONO),
    (filtrar_por_nombres_de_estado, por_dentro.TIPOS_DE_ESTADO),
]


@pytest.mark.parametrize(("provocar", "texto"), ERRORES, ids=[t for _, t in ERRORES])
def test_ese_error_se_llama_o_se_explica_asi(
    servidor: Servidor, provocar: Callable[[], object], texto: str
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with (
        temporary_settings({PREFECT_API_URL: servidor.api}),
        pytest.raises(Exception) as dado,  # de cualquier clase: se mira su texto
    ):
        provocar()
    assert re.search(texto, f"{dado.typename}: {dado.value}")


def test_map_de_lo_que_no_es_una_lista_se_llama_asi(hecho: Hecho) -> None:
    assert f"map: {por_dentro.MAP_SIN_LISTA}\n" in hecho.salida


def test_lo_que_devuelve_submit_se_llama_asi(hecho: Hecho) -> None:
    assert re.search(rf"future: {por_dentro.UN_FUTURE}\n", hecho.salida)


def test_el_block_secret_se_llama_asi() -> None:
    from prefect.blocks.system import Secret

    assert Secret.get_block_type_slug() == por_dentro.BLOCK_SECRET


def test_el_block_de_base_de_datos_se_llama_asi() -> None:
    from prefect_sqlalchemy import SqlAlchemyConnector

    slug = SqlAlchemyConnector.get_block_type_slug()
    assert slug == por_dentro.BLOCK_DE_BASE_DE_DATOS


# La interfaz y la orden.


@cache
def programas_de_la_interfaz() -> str:
    import prefect

    carpeta = Path(prefect.__ui_v2_static_path__) / "assets"
    return "\n".join(ruta.read_text("utf-8") for ruta in carpeta.glob("*.js"))


def test_la_interfaz_esta_en_esa_ruta(servidor: Servidor) -> None:
    raiz = servidor.api.removesuffix("/api")
    ajustes = httpx.get(f"{raiz}/ui-settings", trust_env=False).json()
    assert ajustes["v2_base_url"] == por_dentro.INTERFAZ
    pagina = httpx.get(f"{raiz}{por_dentro.INTERFAZ}/", trust_env=False)
    assert f'src="{por_dentro.INTERFAZ}/' in pagina.text


def test_la_interfaz_dice_eso_si_no_encuentra_la_api() -> None:
    assert f"Can't {por_dentro.INTERFAZ_SIN_API}" in programas_de_la_interfaz()


@pytest.mark.parametrize("selector", por_dentro.INTERFAZ_CARGANDO.split(", "))
def test_la_interfaz_tiene_eso_mientras_carga(selector: str) -> None:
    if clase := selector.removeprefix(".") if selector.startswith(".") else "":
        assert re.search(rf"[ `\"']{clase}[ `\"']", programas_de_la_interfaz())
    else:
        atributo, valor = re.fullmatch(r"\[(.+)=(.+)\]", selector).groups()
        assert re.search(rf'"{atributo}":[`"]{valor}[`"]', programas_de_la_interfaz())


def test_la_orden_prefect_trae_todas_las_suyas() -> None:
    orden = por_dentro.orden_prefect()
    assert {"server", "deploy", "config", "work-pool", "flow-run"} <= set(orden)
    assert {"start", "stop"} <= set(orden["server"])


def test_un_worker_da_asi_los_argumentos_de_un_hook() -> None:
    from prefect.runner import _hook_runner

    dados = ", ".join(
        f"{nombre}={nombre}" for nombre in por_dentro.ARGUMENTOS_DE_UN_HOOK
    )
    assert f"hook({dados})" in inspect.getsource(_hook_runner)


def test_ese_error_dice_que_ha_fallado_un_hook() -> None:
    from prefect import flow_engine

    fuente = inspect.getsource(flow_engine)
    assert f'f"{por_dentro.HOOK_ROTO} {{hook_name!r}}"' in fuente
