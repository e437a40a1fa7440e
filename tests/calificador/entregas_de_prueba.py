"""Las respuestas de prueba de cada ejercicio, y cómo llegan a la carpeta de un estudiante."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from calificador.ejercicios import Ejercicio, leer_catalogo

RESPUESTAS = Path(__file__).parent / "respuestas"
EJERCICIOS = leer_catalogo()
SIN_GIT = {"PATH": os.environ["PATH"], "GIT_DIR": os.devnull}  # solo aplica el cambio
por_nombre = pytest.mark.parametrize("ejercicio", EJERCICIOS, ids=lambda e: e.nombre)


def respuestas(clase: str) -> list:
    """Cada respuesta de `respuestas/<ejercicio>/<clase>/`, con su ejercicio."""
    return [
        pytest.param(ejercicio, ruta, id=f"{ejercicio.nombre}-{ruta.stem}")
        for ejercicio in EJERCICIOS
        for ruta in sorted((RESPUESTAS / ejercicio.nombre).glob(f"{clase}/*"))
    ]


def entregar(carpeta: Path, ejercicio: Ejercicio, respuesta: Path) -> None:
    """Pone en la carpeta una respuesta: un archivo, varios, o cambios en la solución."""
    if respuesta.suffix == ".diff":
        shutil.copy(ejercicio.solucion, carpeta)
        subprocess.run(
            ["git", "apply", respuesta], cwd=carpeta, check=True, env=SIN_GIT
        )
    elif respuesta.is_dir():
        shutil.copytree(respuesta, carpeta, dirs_exist_ok=True)
    else:
        shutil.copy(respuesta, carpeta / ejercicio.archivo)
