"""Pruebas de las tasks, una a una y sin Prefect de por medio."""

from pathlib import Path

import pandas as pd
import pytest
from etl_ventas import extraer, transformar


def test_transformar_limpia_y_calcula_el_total() -> None:
    ventas = pd.DataFrame(
        {"precio": ["10.0", "10.0", "5.0", None], "cantidad": ["2", "2", None, "1"]}
    )
    limpias = transformar.fn(ventas)
    assert limpias["total"].tolist() == [20.0]


def test_transformar_dice_que_precio_no_vale() -> None:
    with pytest.raises(ValueError, match="gratis"):
        transformar.fn(pd.DataFrame({"precio": ["gratis"], "cantidad": ["1"]}))


def test_extraer_dice_que_archivo_falta(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no_existe\.csv"):
        extraer.fn(tmp_path / "no_existe.csv")
