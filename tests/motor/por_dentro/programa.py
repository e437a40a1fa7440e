"""Un poco de todo lo que Prefect apunta y dice: lo que cuenta la API se compara con esto."""

from prefect import flow, task
from prefect.cache_policies import INPUTS

fallos = iter([True, False])


@task
def extraer() -> int:
    return 1


@task
def limpiar(dato: int) -> int:
    return dato


@task
def avisar() -> None:
    pass


@task(cache_policy=INPUTS, persist_result=True)
def recordar(dato: int) -> int:
    return dato


@task(retries=1, retry_delay_seconds=0.1)
def insistir() -> None:
    if next(fallos):
        raise ValueError("a la primera, no")


@task(retries=1, retry_condition_fn=lambda *_: 1 / 0)
def rendirse() -> None:
    raise ValueError("nunca")


@flow
def interior() -> int:
    return 2


@flow
def de_golpe() -> None:
    raise SystemExit


@flow
def exterior() -> None:
    extraido = extraer.submit()
    limpio = limpiar.submit(extraido)
    avisar.submit(wait_for=[limpio]).wait()
    print("future:", type(extraido).__name__)
    limpiar(interior(return_state=True))
    recordar(1)
    recordar(1)
    insistir()
    rendirse(return_state=True)
    try:
        limpiar.map("texto")
    except Exception as error:
        print("map:", type(error).__name__)
    try:
        de_golpe()
    except SystemExit:
        print("de golpe")


exterior()
