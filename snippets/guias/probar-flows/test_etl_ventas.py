"""Pruebas del flow entero, contra un Prefect de usar y tirar."""

from pathlib import Path

import pandas as pd
import pytest
from etl_ventas import pipeline_etl

pytestmark = pytest.mark.usefixtures("prefect_de_pruebas")


@pytest.fixture
def entrada(tmp_path: Path) -> Path:
    """Cuatro filas: una repetida y otra sin precio."""
    ruta = tmp_path / "ventas.csv"
    ruta.write_text("precio,cantidad\n10.0,2\n10.0,2\n,1\n5.0,3\n", encoding="utf-8")
    return ruta


def test_el_flow_devuelve_cuantas_ventas_guarda(entrada: Path, tmp_path: Path) -> None:
    assert pipeline_etl(entrada, tmp_path / "salida.parquet") == 2


def test_el_parquet_tiene_los_totales(entrada: Path, tmp_path: Path) -> None:
    salida = tmp_path / "salida.parquet"
    estado = pipeline_etl(entrada, salida, return_state=True)
    assert estado.is_completed()
    assert pd.read_parquet(salida)["total"].tolist() == [20.0, 15.0]


def test_si_falta_el_archivo_el_flow_falla(tmp_path: Path) -> None:
    estado = pipeline_etl(
        tmp_path / "no_existe.csv", tmp_path / "salida.parquet", return_state=True
    )
    assert estado.is_failed()
    assert "no_existe.csv" in estado.message
