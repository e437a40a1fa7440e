"""Lo que comparten las pruebas de significado: editar programas y mirar qué pasó en el servidor."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import TaskRun

from motor.espera import esperar
from motor.prefect_por_dentro import SERVIDOR_LISTO
from motor.rutas import RAIZ
from verificador.terminal import Terminal

LIMITE_S = 20
LIMITE_DE_HORARIO_S = 60  # el servidor anota, alguien pregunta y otro proceso ejecuta
# Un servidor que enseguida da por tarde lo que nadie recoge.
CON_PRISA = "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS=1 prefect server start"
RESPUESTAS = RAIZ / "tests" / "calificador" / "respuestas"


def cambiar(programa: Path, antes: str, despues: str) -> None:
    """Edita un programa como propone «Pruébalo tú»."""
    texto = programa.read_text("utf-8")
    assert antes in texto
    programa.write_text(texto.replace(antes, despues), "utf-8")


def guardados(terminal: Terminal) -> list[Path]:
    """Los resultados guardados en la carpeta de Prefect del lector."""
    return list((terminal.prefect / "storage").glob("*"))


def aplicar_la_variacion(solucion: Path) -> None:
    """Edita la solución de un ejercicio como propone su «Ve más lejos»."""
    subprocess.run(
        ["git", "apply", RESPUESTAS / solucion.stem / "bien" / "variacion.diff"],
        cwd=solucion.parent,
        env={"PATH": os.environ["PATH"], "GIT_DIR": os.devnull},
        check=True,
    )


def task_runs(
    cliente: SyncPrefectClient, flow_run: UUID, cuantas: int
) -> list[TaskRun]:
    """Las `cuantas` task runs de un flow run, por orden de inicio.

    Los estados llegan al servidor en segundo plano, poco después de que ocurran: se
    espera a que estén todas y ninguna siga a medias.
    """
    filtro = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    halladas: list[TaskRun] = []

    def estan() -> bool:
        halladas[:] = cliente.read_task_runs(flow_run_filter=filtro)
        terminadas = [t for t in halladas if t.state and ha_acabado(t)]
        return cuantas <= len(halladas) == len(terminadas)

    assert esperar(estan, LIMITE_S), f"faltan o siguen a medias: {halladas}"
    return sorted(halladas, key=lambda t: t.start_time or t.created)


def ha_acabado(tarea: TaskRun) -> bool:
    """`NotReady` no es un estado final, pero la task run ya no va a cambiar."""
    return tarea.state.is_final() or tarea.state.name == "NotReady"


def coinciden_en_el_tiempo(tareas: list[TaskRun]) -> bool:
    """Si hubo un momento en que todas trabajaban."""
    return max(t.start_time for t in tareas) < min(t.end_time for t in tareas)


def van_en_fila(tareas: list[TaskRun]) -> bool:
    """Si cada una empezó cuando ya había acabado la anterior."""
    return all(a.end_time <= b.start_time for a, b in pairwise(tareas))


def servir_prefect(terminal: Terminal, orden: str = "prefect server start") -> None:
    """Arranca un servidor para una terminal que no lo tiene, y le dice dónde está.

    Args:
        terminal: de quién es.
        orden: con los ajustes y las opciones que hagan falta.
    """
    terminal.servir(orden, SERVIDOR_LISTO)
    terminal.ejecutar("prefect config set PREFECT_API_URL=http://127.0.0.1:4200/api")


@contextmanager
def en_marcha(
    terminal: Terminal, orden: list[str], listo: str, **ajustes: str
) -> Iterator[subprocess.Popen]:
    """Un programa que no termina, ya listo; al salir, si sigue vivo, se detiene con Ctrl+C.

    Args:
        terminal: de quién son la carpeta y el entorno.
        orden: el programa, que está en la carpeta de `python` y `prefect`, y sus argumentos.
        listo: lo que imprime cuando lo está.
        ajustes: variables de entorno que añadir.
    """
    with subprocess.Popen(
        [terminal.programas / orden[0], *orden[1:]],
        cwd=terminal.carpeta,
        env=terminal.entorno | ajustes,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as proceso:
        try:
            while listo.encode() not in proceso.stdout.readline():
                assert proceso.poll() is None
            yield proceso
        finally:
            if proceso.poll() is None:
                os.killpg(proceso.pid, signal.SIGINT)
            proceso.communicate(timeout=LIMITE_S)


def esperar_estado(
    cliente: SyncPrefectClient,
    deployment: str,
    estado: str,
    runs: set[str] | None = None,
) -> set[str]:
    """Las ejecuciones de un deployment (o de entre unas) que llegan a un estado."""
    filtro = DeploymentFilter(name=DeploymentFilterName(any_=[deployment]))
    vistos: dict[str, str] = {}

    hallados: set[str] = set()

    def llega_alguno() -> bool:
        hay = cliente.read_flow_runs(deployment_filter=filtro)
        vistos.update((run.name, run.state.name) for run in hay)
        nombres = {nombre for nombre, suyo in vistos.items() if suyo == estado}
        hallados.update(nombres & (nombres if runs is None else runs))
        return bool(hallados)

    assert esperar(llega_alguno, LIMITE_DE_HORARIO_S), (
        f"{deployment}: ninguna {estado}: {vistos}"
    )
    return hallados
