"""Ejercicio 18: carga los archivos de las cajas, aunque alguno esté mal."""

from pathlib import Path

from cajas import APARTADOS, archivos, guardar, leer
from prefect import flow, task
from prefect.states import Completed, Failed, State


def apartar(ruta: Path, motivo: str) -> None:
    """Se lleva un archivo malo, con su motivo en una nota."""
    APARTADOS.mkdir(exist_ok=True)
    (APARTADOS / f"{ruta.stem}.txt").write_text(motivo, encoding="utf-8")
    ruta.replace(APARTADOS / ruta.name)


@task
def cargar(rutas: list[Path]) -> list[str]:
    """Guarda las ventas de los archivos buenos; los nombres de los que aparta."""
    ventas, malos = [], {}
    for ruta in rutas:
        try:
            ventas += leer(ruta)
        except ValueError as error:
            malos[ruta] = str(error)
    guardar(ventas)
    for ruta, motivo in malos.items():
        apartar(ruta, motivo)
    return [ruta.stem for ruta in malos]


@flow(log_prints=True)
def carga_de_la_noche() -> State:
    """Carga lo que ha llegado y dice cómo ha ido."""
    rutas = archivos()
    apartados = cargar(rutas)
    if len(apartados) == len(rutas):
        return Failed(message="no ha entrado ninguno")
    if apartados:
        return Completed(name="ConApartados", message=f"{len(apartados)} apartados")
    return Completed(message="han entrado todos")


if __name__ == "__main__":
    carga_de_la_noche()
