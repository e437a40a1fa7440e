"""Lo que «Los datos» dice de los datos es lo que hay en ellos."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

from verificador.rutas import RAIZ
from verificador.terminal import Terminal


def test_los_datos_son_los_que_escribe_el_generador(terminal: Terminal) -> None:
    def huellas(raiz: Path) -> dict[str, str]:
        return {
            ruta.name: hashlib.sha256(ruta.read_bytes()).hexdigest()
            for ruta in (raiz / "data").glob("*.csv")
        }

    esperadas = huellas(RAIZ)
    terminal.guardar("referencia/datos/generar_datos.py")
    for archivo in (terminal.raiz / "data").glob("*.csv"):
        archivo.unlink()

    assert terminal.ejecutar("python generar_datos.py").codigo == 0

    assert len(esperadas) == 3
    assert huellas(terminal.raiz) == esperadas


@pytest.mark.parametrize("descripcion", ["data/README.md", "docs/referencia/datos.md"])
@pytest.mark.parametrize("nombre", ["ventas", "usuarios", "productos"])
def test_cada_columna_esta_descrita(descripcion: str, nombre: str) -> None:
    columnas = pd.read_csv(RAIZ / "data" / f"{nombre}.csv", nrows=0).columns.tolist()
    texto = (RAIZ / descripcion).read_text(encoding="utf-8")
    apartado = re.split(rf"^#+ {nombre}\.csv.*$", texto, flags=re.MULTILINE)[1]
    apartado = re.split(r"^#", apartado, flags=re.MULTILINE)[0]
    assert re.findall(r"^\| `(\w+)` \|", apartado, re.MULTILINE) == columnas


def test_las_cuentas_de_la_pagina_de_datos_son_las_de_los_datos() -> None:
    ventas = pd.read_csv(RAIZ / "data" / "ventas.csv")
    texto = (RAIZ / "docs/referencia/datos.md").read_text(encoding="utf-8")
    huecos = ventas.isna().sum()
    limpias = len(ventas.drop_duplicates().dropna())
    for frase in (
        f"- {ventas.duplicated().sum()} filas están **repetidas enteras**",
        f"- en {huecos['precio']} falta el **precio**",
        f"- en {huecos['cantidad']} falta la **cantidad**",
        f"lee {len(ventas)} filas y guarda {limpias}.",
    ):
        assert frase in texto
