from central import MESES, entregar, pedir, version
from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

pedir_mes = task(
    lambda mes, v: pedir(mes), name="pedir", cache_policy=INPUTS + TASK_SOURCE
)


@task(log_prints=True)
def mandar(sumas):
    entregar(dict(zip(MESES, sumas)))


@flow
def informe():
    versiones = [version(mes) for mes in MESES]
    mandar(pedir_mes.map(MESES, versiones))


informe()
