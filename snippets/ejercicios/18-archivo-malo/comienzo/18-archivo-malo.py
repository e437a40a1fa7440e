"""Ejercicio 18: carga los archivos de las cajas, aunque alguno esté mal."""

from pathlib import Path

from cajas import archivos, guardar, leer
from prefect import flow, task


@task
def cargar(rutas: list[Path]) -> None:
    """Guarda las ventas de unos archivos."""
    ventas = []
    for ruta in rutas:
        ventas += leer(ruta)
    guardar(ventas)


@flow(log_prints=True)
def carga_de_la_noche() -> None:
    """Carga lo que ha llegado."""
    cargar(archivos())


if __name__ == "__main__":
    carga_de_la_noche()
