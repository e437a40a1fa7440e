"""Qué hace Prefect al importarse, contado en JSON: en un proceso recién nacido, en frío.

Uso: python frio.py OTRA_CASA   (otra carpeta personal, con su perfil de Prefect dentro)
"""

import importlib
import json
import logging
import os
import sys
from collections.abc import Callable
from unittest.mock import patch

from motor import prefect_por_dentro as por_dentro

visto: dict[str, object] = {}


def registrado(hacer: Callable[[], object]) -> list[str]:
    """Lo que se manda al log mientras se hace algo, y quién lo recoge al final."""
    mandado: list[str] = []
    fabrica = logging.getLogRecordFactory()

    def apuntar(*partes: object, **mas: object) -> logging.LogRecord:
        registro = fabrica(*partes, **mas)
        mandado.append(f"{registro.name}: {registro.getMessage()}")
        return registro

    logging.setLogRecordFactory(apuntar)
    hacer()
    logging.setLogRecordFactory(fabrica)
    manejadores = logging.getLogger("prefect").handlers
    return [*mandado, *(type(uno).__name__ for uno in manejadores)]


visto["importado antes"] = [m for m in sys.modules if m.startswith("prefect")]
import prefect  # noqa: E402
from prefect.logging import configuration  # noqa: E402

configura_de_verdad = configuration.setup_logging
llamadas: list[str] = []
configuration.setup_logging = lambda: llamadas.append(
    sys._getframe(1).f_globals["__name__"]
)
with por_dentro.logs_sin_configurar():
    import prefect.main
visto["llamadas sin configurar"] = list(llamadas)
importlib.reload(importlib.import_module(por_dentro.CONFIGURA_LOGS))
visto["quién configura"] = llamadas
configuration.setup_logging = configura_de_verdad
visto["log al importar"] = registrado(lambda: importlib.reload(prefect.main))
logging.getLogger("prefect").handlers.clear()
visto["log configurado"] = registrado(por_dentro.configurar_logs)

from prefect._internal import analytics  # noqa: E402
from prefect.context import get_settings_context  # noqa: E402
from prefect.flow_engine import FlowRunEngine  # noqa: E402


def iniciada() -> int:
    """Cuántas veces se mira si hay que avisar de la telemetría."""
    with patch.object(analytics, "is_telemetry_enabled", return_value=False) as mirada:
        analytics.initialize_analytics()
        antes = mirada.call_count
        por_dentro.avisar_de_telemetria()
        return mirada.call_count - antes if not antes else -1


visto["avisos de telemetría"] = iniciada()


def ajustes() -> dict[str, object]:
    """Los que dependen de la carpeta personal, y los que no tienen otro valor."""
    contexto = get_settings_context()
    actuales = contexto.settings
    return {
        "carpeta": str(actuales.home),
        "perfiles": str(actuales.profiles_path),
        "perfil": contexto.profile.name,
        "base": actuales.server.database.connection_url.get_secret_value(),
        "puerto": actuales.server.api.port,
        "copias": sorted(
            {
                str(modulo.DEFAULT_PREFECT_HOME)
                for modulo in list(sys.modules.values())
                if "DEFAULT_PREFECT_HOME" in vars(modulo)
            }
        ),
    }


visto["ajustes"] = ajustes()
os.environ["HOME"] = sys.argv[1]
por_dentro.releer_ajustes()
visto["ajustes en otra casa"] = ajustes()


@prefect.flow
def vacio() -> None:
    pass


visto["latidos"] = [FlowRunEngine(flow=vacio).heartbeat_seconds]
por_dentro.quitar_latido()
visto["latidos"] += [FlowRunEngine(flow=vacio).heartbeat_seconds]
print(json.dumps(visto))
