"""Lo que este proyecto sabe de Prefect por dentro: cada hecho, una vez y con su fuente.

Son módulos, atributos privados, rutas de su API y textos que imprime. Su documentación no
los promete, así que cualquier versión puede cambiarlos. Cada nombre de aquí tiene su prueba
en `tests/motor/test_prefect_por_dentro.py`: la que falla dice qué ha cambiado. Las fuentes
son rutas del paquete, leídas en Prefect 3.9.1.

Se importa antes que Prefect, en milésimas: cada función importa lo que usa.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from cyclopts import App
    from fastapi import FastAPI
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import TaskRun
    from prefect.settings.base import PrefectBaseSettings

# Qué se importa, y qué pasa al importarlo.

# Todo lo que importan un flow y un servidor, también lo que dejan para el último momento.
# Fuente: prefect/__init__.py, prefect/flows.py, prefect/tasks.py, prefect/cli/server.py y, lo
# que nombran los ajustes, prefect/settings/models/server/.
MODULOS = (
    "prefect.main",
    "prefect.flow_engine",
    "prefect.task_engine",
    "prefect.cli",
    "prefect.runner",
    "prefect.utilities.visualization",
    "prefect.cli._server_utils",
    "prefect.cli.server",
    "prefect.client.collections",
    "prefect.logging.formatters",
    "prefect.server.api.clients",
    "prefect.server.api.server",
    "prefect.server.database.query_components",
    "prefect.server.events.services.actions",
    "prefect.server.events.services.event_logger",
    # Estos los nombran los ajustes: se importan cuando a un servicio le toca.
    "prefect.server.concurrency.lease_storage.memory",
    "prefect.server.events.ordering.memory",
    "prefect.server.utilities.messaging.memory",
    "prefect.server.worker_communication.cleanup_queue.memory",
)
# Y lo que dejan para el último momento los paquetes en los que se apoyan un flow y un servidor.
# Fuente: lo que usan prefect/_internal/concurrency/ y prefect/cli/_server_utils.py.
DE_OTROS = (
    "aiosqlite",
    "alembic.config",
    "anyio._backends._asyncio",
    "burner_redis",
    "docket._redis_credentials",
    "docket._redis_memory",
    "docket._redis_sentinel",
    "docket.tasks",
    "encodings.idna",
    "fastapi.telemetry._runtime",
    "rich._emoji_codes",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "whenever._shared",  # desde Python 3.13, con el que Prefect deja pendulum
)
# Un servidor importa al arrancar todas las colecciones que estén instaladas. Falta aquí
# prefect_dask: importada de antemano, la notaría quien no la importa.
# Fuente: prefect/_internal/plugins/collections.py, `load_prefect_collections`.
COLECCIONES = ("prefect_aws", "prefect_sqlalchemy")
# El módulo que, al importarse, configura los logs. Fuente: el propio prefect/main.py.
CONFIGURA_LOGS = "prefect.main"


def los_que_da(modulo: str) -> set[str]:
    """Los nombres de `prefect` que se van a buscar a otro módulo cuando alguien los pide.

    `from prefect import flow` importa `prefect.main`. Fuente: prefect/__init__.py,
    `_public_api` y `__getattr__`.
    """
    import prefect

    return {
        nombre
        for nombre, (paquete, relativo) in prefect._public_api.items()
        if f"{paquete}{relativo}" == modulo
    }


@contextmanager
def logs_sin_configurar() -> Iterator[None]:
    """Mientras dura, importar `prefect.main` no configura los logs.

    Fuente: prefect/main.py llama a `prefect.logging.configuration.setup_logging`.
    """
    from prefect.logging import configuration

    configurar = configuration.setup_logging
    configuration.setup_logging = lambda: None
    try:
        yield
    finally:
        configuration.setup_logging = configurar


def configurar_logs() -> None:
    """Lo que hace `prefect.main` al importarse. Fuente: prefect/main.py."""
    from prefect.context import get_settings_context
    from prefect.logging import configuration, get_logger

    configuration.setup_logging()
    perfil = get_settings_context().profile.name
    get_logger("profiles").debug(f"Using profile {perfil!r}")


# Los ajustes y la telemetría.


def releer_ajustes() -> None:
    """Lee otra vez los ajustes, como hace Prefect al importarse por primera vez.

    La carpeta personal la calcula al importarse. Fuente: prefect/settings/constants.py,
    de donde la copia prefect/settings/sources.py, y el final de prefect/context.py.
    """
    import prefect.context
    from prefect.settings import constants, sources

    constants.DEFAULT_PREFECT_HOME = Path.home() / CARPETA
    sources.DEFAULT_PREFECT_HOME = constants.DEFAULT_PREFECT_HOME
    del prefect.context.GLOBAL_SETTINGS_CONTEXT
    prefect.context.refresh_global_settings_context()


def volcar_ajustes_con(funcion: Callable[..., dict[str, str]]) -> None:
    """Cambia la función con la que Prefect pasa sus ajustes a variables de entorno.

    Fuente: prefect/settings/base.py, `PrefectBaseSettings.to_environment_variables`.
    """
    from prefect.settings.base import PrefectBaseSettings

    PrefectBaseSettings.to_environment_variables = funcion


def ajustes_como_variables(
    self: "PrefectBaseSettings",
    exclude_unset: bool = False,
    include_secrets: bool = True,
    include_aliases: bool = False,
) -> dict[str, str]:
    """Los ajustes como variables de entorno: lo mismo que da Prefect, con menos vueltas.

    Fuente: prefect/settings/base.py, `PrefectBaseSettings.to_environment_variables`, que
    vuelca, con cada sección, también las que hay dentro, y luego las vuelve a volcar una a
    una. Cada programa lo hace una vez, y cada servidor, diez.

    Args:
        self: los ajustes, o una de sus secciones.
        exclude_unset: si solo interesan los que alguien ha dado.
        include_secrets: si los secretos salen a la vista.
        include_aliases: si cada ajuste sale con todos sus nombres.
    """
    from prefect.settings.base import (
        PrefectBaseSettings,
        _to_environment_variable_value,
    )

    campos = type(self).model_fields
    valores = {nombre: getattr(self, nombre) for nombre in campos}
    secciones = {n for n, v in valores.items() if isinstance(v, PrefectBaseSettings)}
    volcados = self.model_dump(
        exclude=secciones,
        exclude_unset=exclude_unset,
        mode="json",
        context={"include_secrets": include_secrets},
    )
    variables: dict[str, str] = {}
    for nombre, campo in campos.items():
        if nombre in secciones:
            variables |= ajustes_como_variables(
                valores[nombre], exclude_unset, include_secrets, include_aliases
            )
            continue
        if volcados.get(nombre) is None:
            continue
        valor = _to_environment_variable_value(volcados[nombre])
        nombres = [f"{self.model_config.get('env_prefix')}{nombre}"]
        alias = campo.validation_alias
        if include_aliases and alias is not None:
            nombres = [
                n for n in getattr(alias, "choices", [alias]) if isinstance(n, str)
            ]
        variables |= {otro.upper(): valor for otro in nombres}
    return variables


def quitar_latido() -> None:
    """Que los flows no tengan hilo de latidos, al que cada uno espera cerca de un segundo.

    La variable de entorno no admite «ninguno»; el ajuste, sí. Fuente:
    prefect/settings/models/flows.py y prefect/flow_engine.py, `heartbeat_seconds`.
    """
    import prefect.context

    contexto = prefect.context.get_settings_context()
    flows = contexto.settings.flows.model_copy(update={"heartbeat_frequency": None})
    ajustes = contexto.settings.model_copy(update={"flows": flows})
    prefect.context.GLOBAL_SETTINGS_CONTEXT = type(contexto)(
        profile=contexto.profile, settings=ajustes
    )


def avisar_de_telemetria() -> None:
    """En una terminal, lo primero que Prefect hace en una carpeta nueva es avisar de ella.

    Lo hace una vez por proceso, al importarse; así, otra vez. Fuente:
    prefect/_internal/analytics/__init__.py.
    """
    from prefect._internal import analytics

    analytics._telemetry_initialized = False
    analytics.initialize_analytics()


# La variable que, con un «1», quita la telemetría del cliente y su aviso; no es un ajuste.
# Fuente: prefect/_internal/analytics/enabled.py.
NO_RASTREAR = "DO_NOT_TRACK"

# La API que sirve un servidor.


def api_preparada() -> "FastAPI":
    """La API, con las rutas listas: FastAPI las deja a medias hasta la primera petición.

    Fuente: prefect/server/api/server.py, `create_api_app`; en FastAPI, `_IncludedRouter`.
    """
    from prefect.server.api.server import create_api_app

    def terminar(rutas: Iterable[object]) -> None:
        for ruta in rutas:
            if hasattr(ruta, "effective_candidates"):
                terminar(ruta.effective_candidates())

    api = create_api_app(ignore_cache=True)
    terminar(api.routes)
    return api


def servir_con(api: "FastAPI") -> None:
    """Que el primer servidor que arranque este proceso sirva esa API; el segundo, otra.

    De los ajustes, la API solo depende de la contraseña: si la hay, se hace entonces. Fuente:
    prefect/server/api/server.py, `create_app`, que llama a `create_api_app`.
    """
    from prefect.server.api import server
    from prefect.settings import get_current_settings

    crear = server.create_api_app
    hechas = [api]

    @wraps(crear)
    def entregar(**opciones: Any) -> "FastAPI":  # noqa: ANN401 - las de Prefect
        de_fastapi = opciones.get("fast_api_app_kwargs") or {}
        contrasena = get_current_settings().server.api.auth_string
        if not hechas or contrasena or de_fastapi.keys() - {"exception_handlers"}:
            return crear(**opciones)
        hechas[0].exception_handlers.update(de_fastapi.get("exception_handlers", {}))
        return hechas.pop()

    server.create_api_app = entregar


# Lo que deja en el disco y dónde escucha.

# La carpeta de Prefect, dentro de la personal. Fuente: prefect/settings/constants.py.
CARPETA = ".prefect"
# Los perfiles, en esa carpeta. Fuente: prefect/settings/sources.py.
PERFILES = "profiles.toml"
# La base de datos, en esa carpeta. Fuente: prefect/settings/models/_defaults.py.
BASE_DE_DATOS = "prefect.db"
# Donde el servidor recuerda que ya apuntó en esa base de datos los tipos de block, que es la
# mitad de lo que tarda en arrancar. Fuente: prefect/settings/models/_defaults.py, y su uso,
# en prefect/server/api/server.py, `_memoize_block_auto_registration`.
MEMORIA = "memo_store.toml"
# La tabla que dice qué migraciones tiene una base de datos: la que Alembic usa si no se le pide
# otra. Fuente: prefect/server/database/_migrations/env.py.
TABLA_DE_MIGRACIONES = "alembic_version"
# El puerto de un servidor al que no se le pide otro. Fuente: prefect/settings/models/server/api.py.
PUERTO = 4200

# Lo que se le pide al servidor y su cliente de Python no sabe pedir.

# Lo que un programa puede crear, y por qué campo se borra. Con un flow se van sus flow runs.
# Fuente: prefect/server/api/, en las rutas `POST …/filter` y `DELETE …/{campo}`.
SE_BORRAN = {
    "automations": "id",
    "deployments": "id",
    "flows": "id",
    "block_documents": "id",
    "variables": "id",
    "artifacts": "id",
    "concurrency_limits": "id",
    "v2/concurrency_limits": "id",
    "work_pools": "name",
}


def apuntar_marca(cliente: "SyncPrefectClient", marca: UUID) -> None:
    """Manda el evento de una task run más, sin flow, que quedará apuntada con ese id.

    Los estados de las tareas llegan como eventos y el servidor los apunta por orden de
    llegada: cuando está este, están los anteriores. Fuente:
    prefect/server/services/task_run_recorder.py; su forma, la de
    `emit_task_run_state_change_event`, en prefect/utilities/engine/__init__.py.
    """
    evento = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.task-run.Pending",
        "resource": {
            "prefect.resource.id": f"prefect.task-run.{marca}",
            "prefect.orchestration": "client",
        },
        "payload": {
            "task_run": {
                "task_key": "calificador",
                "dynamic_key": str(marca),
                "name": "marca",
            },
            "validated_state": {"type": "PENDING", "name": Estado.PENDING},
        },
    }
    cliente.request("POST", "/events", json=[evento])


def programar(
    cliente: "SyncPrefectClient",
    deployment: UUID,
    cuantas: int,
    desde: datetime | None = None,
    hasta: datetime | None = None,
) -> None:
    """Que el servidor apunte ya ejecuciones de un deployment, según sus horarios.

    Fuente: prefect/server/api/deployments.py, `schedule_deployment`.

    Args:
        cliente: a quién se le pide.
        deployment: de cuál.
        cuantas: de cada horario; menos, si `hasta` llega antes.
        desde: la primera fecha que vale; si no se da, ahora.
        hasta: la última.
    """
    plazo = {"start_time": desde, "end_time": hasta}
    cliente.request(
        "POST",
        "/deployments/{id}/schedule",
        path_params={"id": deployment},
        json={
            "min_runs": cuantas,
            "max_runs": cuantas,
            **{que: cuando.isoformat() for que, cuando in plazo.items() if cuando},
        },
    )


# Lo que lanza un worker, y la variable que le dice qué ejecución es.
# Fuente: prefect/runner/_starter_engine.py.
MOTOR = "prefect.engine"
QUE_EJECUTA = "PREFECT__FLOW_RUN_ID"


# Lo que el servidor cuenta de un flow run.


class Estado(StrEnum):
    """Los nombres de estado que se comparan con los del servidor.

    Fuente: prefect/states.py; `CACHED`, prefect/task_engine.py.
    """

    PENDING = "Pending"
    RUNNING = "Running"
    RETRYING = "Retrying"
    AWAITING_RETRY = "AwaitingRetry"
    COMPLETED = "Completed"
    CACHED = "Cached"
    FAILED = "Failed"
    CRASHED = "Crashed"


# En `task_inputs`, la entrada de lo que ordena sin pasar datos. Fuente: prefect/task_engine.py.
ENTRADA_DE_ESPERA = "wait_for"
# Las entradas que son el resultado de otro run. Fuente: prefect/client/schemas/objects.py,
# `TaskRunResult` y `FlowRunResult`.
ENTRADAS_QUE_SON_RUNS = frozenset({"task_run", "flow_run"})
# El final del nombre de una task run es el principio de su clave: un guion y tres caracteres.
# Fuente: prefect/task_engine.py y prefect/tasks.py, `dynamic_key[:3]`.
LARGO_DEL_SUFIJO = 3
# La dirección de un flow run, que su programa imprime al empezar: de ahí sale su id.
# Fuente: prefect/utilities/urls.py.
ENLACE = re.compile(r"flow-run/([0-9a-f-]{36})")


def nombre_de_la_task(tarea: "TaskRun") -> str:
    """El de su función: el de la task run, sin el final que Prefect le añade.

    Fuente: prefect/task_engine.py, `task_run_name`.
    """
    return tarea.name.removesuffix(f"-{tarea.dynamic_key[:LARGO_DEL_SUFIJO]}")


def subflow_de(tarea: "TaskRun") -> UUID | None:
    """El flow run que una task run representa: en el flow que llama a otro, hay una.

    Fuente: prefect/server/orchestration/global_policy.py, `UpdateSubflowParentTask`.
    """
    return tarea.state and tarea.state.state_details.child_flow_run_id


# Lo que imprime.

# Quién habla en una línea del log. Fuente: prefect/logging/logging.yml, `flow_run_fmt`.
HABLA_UN_FLOW_RUN = "Flow run '"
# Lo primero y lo último que dice un run. Fuente: prefect/flow_engine.py y prefect/task_engine.py.
EMPIEZA_UN_FLOW = "Beginning flow run '"
EMPIEZA_UN_SUBFLOW = "Beginning subflow run '"
TERMINA = "Finished in state"
# Que ha fallado la función que decide si se reintenta. Fuente: prefect/task_engine.py.
CONDICION_ROTA = "encountered while running `retry_condition_fn`"
# Que ha fallado un hook de un flow. Fuente: prefect/flow_engine.py.
HOOK_ROTO = "An error was encountered while running hook"
# Con qué nombres da un worker a un hook sus argumentos. Fuente: prefect/runner/_hook_runner.py.
ARGUMENTOS_DE_UN_HOOK = ("flow", "flow_run", "state")
# Que los deployments ya están creados y se esperan ejecuciones. Fuente: prefect/flows.py.
SERVIDO = "being served"
# Lo último que anuncia un servidor al arrancar. Fuente: prefect/cli/_server_utils.py.
SERVIDOR_LISTO = "Check out the dashboard"
# Que un servidor no llega a Internet. Fuente: prefect/server/services/telemetry.py.
SIN_TELEMETRIA = "Failed to send telemetry"

# Cómo se llaman, o qué dicen, los errores que se explican al estudiante.

# Nombres que ya no existen en Prefect 3. Fuente: prefect/_internal/compatibility/migration.py.
DE_OTRA_VERSION = "PrefectImportError"
# `flow(…)` de algo que no es una función. Fuente: prefect/flows.py.
SIN_FUNCION = "'fn' must be callable"
# `.map()` de algo que no es una lista. Fuente: prefect/exceptions.py.
MAP_SIN_LISTA = "MappingMissingIterable"
# Al llamar a un flow. Fuente: prefect/exceptions.py.
PARAMETRO_DE_OTRO_TIPO = "ParameterTypeError"
PARAMETROS_QUE_NO_CASAN = "ParameterBindError"
# Al llamar a un flow que devuelve un estado malo. Fuente: prefect/states.py.
DEVUELTO_MALO = "FailedRun"
# Nadie contesta donde debería haber un servidor. Fuente: prefect/client/orchestration/__init__.py.
SIN_SERVIDOR = "Failed to reach API"
# Al cargar un block, y al guardarlo. Fuente: prefect/blocks/core.py.
SIN_BLOCK = "Unable to find block document"
BLOCK_REPETIDO = "already in use"
# Un `interval` que no se entiende. Fuente: prefect/client/schemas/schedules.py.
INTERVALO_MALO = "IntervalSchedule"
# `to_deployment(parameters=…)` de algo que no es un diccionario. Fuente:
# prefect/deployments/runner.py.
PARAMETROS_QUE_NO_SON_DICCIONARIO = r"RunnerDeployment\s+parameters\s"
# `serve(…)` de algo que no es un deployment. Fuente: prefect/flows.py, `serve`.
SERVIR_LO_QUE_NO_ES = "has no attribute 'work_pool_name'"
# `cache_policy=…` de un texto, al llamar a la task. Fuente: prefect/task_engine.py.
POLITICA_QUE_NO_LO_ES = "has no attribute 'isolation_level'"
# `retry_condition_fn=…` de algo que no es una función. Fuente: prefect/tasks.py.
CONDICION_QUE_NO_LO_ES = "Expected `retry_condition_fn` to be callable"
# Un `with` con el cliente asíncrono. Fuente: prefect/client/orchestration/__init__.py.
CLIENTE_ASINCRONO = "must be entered with an async context"
# Un filtro por tipos de estado que no lo son. Fuente: prefect/client/schemas/filters.py.
TIPOS_DE_ESTADO = "FlowRunFilterStateType"
# `.deploy(…)` sin decir dónde, o donde no hay. Fuente: prefect/flows.py.
SIN_WORK_POOL = "work pool"
# `.deploy(…)` de un flow que no dice de dónde traer su código. Fuente: prefect/flows.py.
SIN_CODIGO = "Either an image or remote storage location must be provided"
# `from_source` de un repositorio que git no puede copiar, o que se da como una ruta. Fuente:
# prefect/runner/storage.py, `GitRepository`.
SIN_CLONAR = "Failed to clone repository"
REPOSITORIO_QUE_NO_ES_UN_TEXTO = r"Path' object has no attribute 'decode'"
# `from_source` de una función que no está en su archivo, o que no es un flow. Fuente:
# prefect/flows.py, `load_flow_from_entrypoint`.
SIN_ESE_FLOW = (
    r"(?:F|Flow f)unction with name '(?P<funcion>[^']*)' (?:not found|is not a flow)"
)
# `@flow(on_failure=…)` de algo que no es una lista, o de una lista de lo que no es una función.
# Fuente: prefect/flows.py, `Flow.__init__`.
HOOK_SIN_LISTA = r"Expected iterable for '(?P<hook>on_\w+)'"
HOOK_QUE_NO_LO_ES = r"Expected callables in '(?P<hook>on_\w+)'"
# Un `cron` y una zona que no se entienden. Fuente: prefect/client/schemas/schedules.py.
CRON_MALO = "Invalid cron string"
ZONA_MALA = "Invalid timezone"
# Las clases de lo que devuelven .submit() y .map(). Fuente: prefect/futures.py.
UN_FUTURE = r"Prefect\w*Future"

# Cómo se llaman los tipos de block. Fuente: prefect/blocks/core.py, `get_block_type_slug`.
BLOCK_SECRET = "secret"
BLOCK_DE_BASE_DE_DATOS = "sqlalchemy-connector"

# La interfaz.

# Los enlaces de los logs abren la V1; la V2 es la que se mantiene. Fuente:
# prefect/server/api/server.py, `_resolve_ui_base_urls`.
INTERFAZ = "/v2"
# Lo que dice si no encuentra la API, y lo que tiene mientras carga: esqueletos y ruedas.
# Fuente: prefect/server/ui-v2/assets/*.js.
INTERFAZ_SIN_API = "connect to Server API"
INTERFAZ_CARGANDO = "[data-slot=skeleton], .animate-pulse, .animate-spin"


def orden_prefect() -> "App":
    """La orden `prefect`, con todas las suyas dentro.

    Fuente: prefect/cli/_app.py.
    """
    from prefect.cli._app import _app

    return _app
