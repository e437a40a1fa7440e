import asyncio
import hashlib
import hmac
import os

from prefect import flow, task
from prefect.blocks.system import Secret

AQUI = os.path.dirname(os.path.abspath(__file__))
DATOS = os.path.join(AQUI, "..", "..", "..", "data")


@task
async def la_clave():
    return (await Secret.aload("clave-de-firma")).get()


@flow(name="Firma")
async def f(archivo=os.path.join(DATOS, "ventas.csv")):
    k = await la_clave()
    with open(archivo, "rb") as a:
        x = hmac.new(k.encode(), a.read(), hashlib.sha256).hexdigest()
    os.makedirs(os.path.join(DATOS, "output"), exist_ok=True)
    with open(os.path.join(DATOS, "output", "ventas.firma"), "w") as s:
        print(x, file=s)


async def todo():
    await Secret(value=os.getenv("CLAVE_DE_FIRMA")).save("clave-de-firma", overwrite=True)
    await f()


if __name__ == "__main__":
    asyncio.run(todo())
