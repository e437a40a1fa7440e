import asyncio

import cajas
from prefect import flow, task
from prefect.states import Completed, Failed


@task(log_prints=True)
async def separar():
    buenos, malos = [], []
    for ruta in reversed(cajas.archivos()):
        try:
            buenos.append(cajas.leer(ruta))
        except Exception as e:
            malos.append((ruta, e))
    return buenos, malos


@task
async def apartar(ruta, error):
    destino = cajas.APARTADOS / ruta.name
    destino.parent.mkdir(exist_ok=True)
    destino.with_suffix(".txt").write_text(f"{ruta.name}: {error}\n", encoding="utf-8")
    ruta.rename(destino)


@flow(name="noche")
async def noche():
    buenos, malos = await separar()
    cajas.guardar([v for ventas in buenos for v in ventas])
    await asyncio.gather(*(apartar(r, str(e)) for r, e in malos))
    if not buenos:
        return Failed()
    return Completed(name="ConApartados" if malos else None)


if __name__ == "__main__":
    asyncio.run(noche())
