"""Pruebas de las tasks, una a una y sin Prefect de por medio."""

from pathlib import Path

import pandas as pd
import pytest
from etl_ventas import extraer, transformar


def test_transformar_limpia_y_calcula_el_total() -> None:
    ventas = pd.DataFrame(
        {"precio": [10.0, 10.0, 5.0, None], "cantidad": [2, 2, None, 1]}
    )
    limpias = transformar.fn(ventas)
    assert limpias["total"].tolist() == [20.0]


def test_extraer_se_detiene_ante_una_suma(tmp_path: Path) -> None:
    ruta = tmp_path / "ventas.csv"
    ruta.write_text("precio,cantidad\n10.0,2\n9000.0,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="Hay un precio de 9000"):
        extraer.fn(ruta)


def test_extraer_dice_que_archivo_falta(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no_existe\.csv"):
        extraer.fn(tmp_path / "no_existe.csv")
