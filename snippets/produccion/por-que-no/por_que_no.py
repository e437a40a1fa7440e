"""Dice por qué no se ejecuta un deployment y con qué orden se arregla."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    FlowRunFilter,
    TaskRunFilter,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

Causa = tuple[bool, str, str]  # si es esta, qué pasa y qué hacer
SIN_ACABAR = {"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}}
PENDIENTE = {"state": {"type": {"any_": ["PENDING"]}}}
SILENCIO = timedelta(seconds=30)  # quien atiende pregunta más a menudo


def explicar(nombre: str) -> tuple[str, str]:
    """La causa de que un deployment no se ejecute, y su remedio.

    Args:
        nombre: el de su flow y el suyo, como «informe/noche».
    """
    with get_client(sync_client=True) as cliente:
        servidor = str(cliente.api_url)
        try:
            deployment = cliente.read_deployment_by_name(nombre)
        except httpx.ConnectError:
            return f"nadie contesta en {servidor}", "prefect config view"
        except ValueError:
            return f"{nombre} no es «flow/deployment»", "prefect deployment ls"
        except ObjectNotFound:
            return f"en {servidor} no hay ningún {nombre}", "prefect deployment ls"
        runs = leer_runs(cliente, deployment)
        esperan = [run for run in runs if tarda_en_empezar(run)]
        if not esperan:
            causas = [
                *de_sus_tasks(cliente, runs),
                *sin_esperar(deployment, nombre, runs),
            ]
        elif not deployment.work_pool_name:
            causas = del_deployment(deployment, esperan[0])
        else:
            causas = [
                *del_deployment(deployment, esperan[0]),
                *del_work_pool(cliente, deployment),
            ]
        ciertas = [(causa, remedio) for es, causa, remedio in causas if es]
        return ciertas[0] if ciertas else ("nada lo impide", "espera unos segundos")


def leer_runs(
    cliente: SyncPrefectClient, deployment: DeploymentResponse
) -> list[FlowRun]:
    """Las ejecuciones de un deployment que no han acabado, la más antigua primero."""
    suyo = {"id": {"any_": [deployment.id]}}
    return cliente.read_flow_runs(
        deployment_filter=DeploymentFilter.model_validate(suyo),
        flow_run_filter=FlowRunFilter.model_validate(SIN_ACABAR),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
    )


def tarda_en_empezar(run: FlowRun) -> bool:
    """Si ya era su hora y no se está ejecutando."""
    return run.expected_start_time <= datetime.now(UTC) and not run.state.is_running()


def callado(ultima_pregunta: datetime | None) -> bool:
    """Si nadie pregunta qué toca desde hace rato."""
    return not ultima_pregunta or datetime.now(UTC) - ultima_pregunta > SILENCIO


def del_deployment(deployment: DeploymentResponse, run: FlowRun) -> Iterator[Causa]:
    """Lo que se sabe por la propia ejecución y por su deployment."""
    yield (
        run.state.is_pending(),
        "alguien la recogió y no ha llegado a empezar",
        "mira la terminal de ese worker",
    )
    limite = deployment.global_concurrency_limit
    yield (
        run.state.name == "AwaitingConcurrencySlot",
        f"su límite es de {limite.limit if limite else 0} a la vez y está completo",
        "espera a que acaben, o sube el límite",
    )
    yield (
        not deployment.work_pool_name and callado(deployment.last_polled),
        "no está en marcha el programa que lo sirve",
        "arranca el programa que llama a serve",
    )


def del_work_pool(
    cliente: SyncPrefectClient, deployment: DeploymentResponse
) -> Iterator[Causa]:
    """Lo que se sabe por su work pool, su cola y quien los atiende."""
    pool = cliente.read_work_pool(deployment.work_pool_name)
    cola = cliente.read_work_queue_by_name(deployment.work_queue_name, pool.name)
    en_pool, en_cola = f"--pool {pool.name}", f"{cola.name} --pool {pool.name}"
    yield (
        pool.is_paused,
        f"el work pool {pool.name} está en pausa",
        f"prefect work-pool resume {pool.name}",
    )
    yield (
        cola.is_paused,
        f"la cola {cola.name} está en pausa",
        f"prefect work-queue resume {en_cola}",
    )
    uso = cliente.read_work_pool_concurrency_status(pool.name)
    (suya,) = [de for de in uso.queues if de.queue_id == cola.id]
    yield (
        lleno(uso.concurrency_limit, uso.active_slots),
        f"el work pool {pool.name} solo admite {uso.concurrency_limit} a la vez",
        f"prefect work-pool slots {pool.name}",
    )
    yield (
        lleno(suya.concurrency_limit, suya.active_slots),
        f"la cola {cola.name} solo admite {suya.concurrency_limit} a la vez",
        f"prefect work-queue slots {en_cola}",
    )
    ajenas = [
        f"{otra.work_pool_name}/{otra.name}"
        for otra in cliente.read_work_queues()
        if not callado(otra.last_polled)
    ]
    yield (
        callado(cola.last_polled),
        f"ningún worker atiende {pool.name}/{cola.name}"
        + (f"; sí {', '.join(ajenas)}" if ajenas else ""),
        f"prefect worker start {en_pool} --work-queue {cola.name}",
    )


def lleno(limite: int | None, ocupados: int) -> bool:
    """Si un límite, cuando lo hay, ya no deja empezar a nadie más."""
    return limite is not None and ocupados >= limite


def de_sus_tasks(cliente: SyncPrefectClient, runs: list[FlowRun]) -> Iterator[Causa]:
    """Lo que retiene a las tasks de las ejecuciones que han empezado."""
    en_marcha = [run.id for run in runs if run.state.is_running()]
    esperan = cliente.read_task_runs(
        flow_run_filter=FlowRunFilter.model_validate({"id": {"any_": en_marcha}}),
        task_run_filter=TaskRunFilter.model_validate(PENDIENTE),
    )
    limites = cliente.read_global_concurrency_limits()
    llenos = {
        limite.name for limite in limites if lleno(limite.limit, limite.active_slots)
    }
    for tag in (tag for task in esperan for tag in task.tags):
        yield (
            f"tag:{tag}" in llenos,
            f"ha empezado, y una task suya espera por el límite de la etiqueta {tag}",
            f"prefect concurrency-limit inspect {tag}",
        )


def sin_esperar(
    deployment: DeploymentResponse, nombre: str, runs: list[FlowRun]
) -> Iterator[Causa]:
    """Por qué no hay ninguna ejecución que espere."""
    yield (
        any(run.state.is_running() for run in runs),
        "consta que se está ejecutando",
        "si su proceso ha muerto, prefect flow-run cancel con su id",
    )
    pedir = f"prefect deployment run {nombre}"
    yield bool(runs), "todavía no es su hora", pedir
    yield deployment.paused, "el deployment está en pausa", "reanúdalo en la interfaz"
    yield not deployment.schedules, "no tiene horario", pedir
    parados = [horario.id for horario in deployment.schedules if not horario.active]
    activos = [horario for horario in deployment.schedules if horario.active]
    yield (
        not activos,
        "su horario está en pausa",
        f"prefect deployment schedule resume {nombre} {parados[0] if parados else ''}",
    )
    yield (
        any(not callado(horario.updated) for horario in activos),
        "su horario es de ahora mismo y el servidor aún no lo ha anotado",
        "espera unos segundos",
    )
    yield (
        True,
        "tiene horario y el servidor no anota sus ejecuciones",
        "arranca el servidor sin --no-services",
    )


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("Di de qué deployment: python por_que_no.py flow/deployment")
    for nombre in sys.argv[1:]:
        causa, remedio = explicar(nombre)
        print(f"{nombre}: {causa}\n  → {remedio}")
