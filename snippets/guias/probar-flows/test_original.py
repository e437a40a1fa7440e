"""Una prueba que comprueba lo que no debe."""

from pathlib import Path

from etl_original import VENTAS, etl_original


def test_pipeline(tmp_path: Path) -> None:
    resultado = etl_original(VENTAS, tmp_path / "ventas.parquet")
    assert resultado is not None
