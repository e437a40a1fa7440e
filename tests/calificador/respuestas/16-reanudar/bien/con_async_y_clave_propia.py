import asyncio

from central import *
from prefect import flow, task


def clave(_, argumentos):
    return "trimestre-{mes}-{v}".format(**argumentos)


@task(cache_key_fn=clave, persist_result=True)
async def pedir_mes(mes, v):
    return await asyncio.to_thread(pedir, mes)


@flow(name="trimestre")
async def todo():
    sumas = await asyncio.gather(*(pedir_mes(m, version(m)) for m in reversed(MESES)))
    entregar(dict(zip(reversed(MESES), sumas)))


if __name__ == "__main__":
    asyncio.run(todo())
