"""Para quien pregunta por la última ejecución, una programada para mañana no lo es.

El servidor ordena las que no han empezado por la hora a la que deberían: delante de todas.
"""

from datetime import UTC, datetime, timedelta

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.states import Scheduled

from verificador.terminal import Terminal

EL_DE_CONSULTAR = "ventas-del-dia"
FLOW = f"""
from prefect import flow

@flow(name="{EL_DE_CONSULTAR}", log_prints=True)
def ventas():
    print("Hecho")

ventas()
"""


@pytest.mark.parametrize(
    ("programa", "argumento"),
    [
        ("tutorial/ui-local/ver_ejecuciones.py", ""),
        ("tutorial/estados-y-resultados/consultar.py", ""),
        ("produccion/logs-y-artifacts/ver_log.py", ""),
        ("produccion/parar/identificar.py", EL_DE_CONSULTAR),
    ],
)
def test_la_ultima_es_la_ultima_que_ha_empezado(
    terminal: Terminal, cliente: SyncPrefectClient, programa: str, argumento: str
) -> None:
    (terminal.carpeta / "ventas.py").write_text(FLOW, "utf-8")
    assert terminal.ejecutar("python ventas.py").codigo == 0
    orden = f"python {terminal.guardar(programa).name} {argumento}"
    antes = terminal.ejecutar(orden)
    cliente.create_flow_run(
        flow(lambda: None, name=EL_DE_CONSULTAR),
        state=Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=1)),
    )

    despues = terminal.ejecutar(orden)

    assert antes.codigo == despues.codigo == 0, despues.salida
    assert despues.salida == antes.salida != ""
