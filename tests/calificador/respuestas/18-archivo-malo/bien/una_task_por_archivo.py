import shutil

from cajas import *
from prefect import flow, task
from prefect.states import Completed


@task(retries=0)
def leer_una(ruta):
    return leer(ruta)


@flow
def main():
    rutas = archivos()
    estados = [f.wait() or f.state for f in leer_una.map(rutas)]
    buenas, malas = [], 0
    APARTADOS.mkdir(parents=True, exist_ok=True)
    for ruta, estado in zip(rutas, estados):
        if estado.is_completed():
            buenas += estado.result()
            continue
        malas += 1
        error = estado.result(raise_on_failure=False)
        with open(APARTADOS / (ruta.stem + ".txt"), "w", encoding="utf-8") as nota:
            print(ruta.name, repr(error), file=nota)
        shutil.move(ruta, APARTADOS)
    guardar(buenas)
    if not buenas:
        raise RuntimeError("no hay nada que guardar")
    return Completed(name="ConApartados") if malas else len(buenas)


main()
