import asyncio
from collections import Counter
from prefect import flow, task

VENTAS = {"Puebla": 276}
n = Counter()

def preguntar(tienda):
    if tienda not in VENTAS:
        raise ValueError(f"no hay ninguna tienda en {tienda}")
    n[tienda] += 1
    if n[tienda] < 3:
        raise ConnectionError("API caída")
    return VENTAS[tienda]

async def otra_vez(_, __, estado):
    try:
        await estado.aresult()
    except ConnectionError:
        return True
    except Exception:
        return False

@task(retries=3, retry_delay_seconds=lambda n: [0.2] * n, retry_condition_fn=otra_vez)
async def t(x): return preguntar(x)

@flow
async def todo():
    r = await asyncio.gather(t("Mérida"), t("Puebla"), return_exceptions=True)
    print(r)
    for x in r:
        if isinstance(x, Exception): raise x

asyncio.run(todo())
