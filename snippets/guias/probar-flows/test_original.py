"""Una prueba que comprueba lo que no debe."""

from pathlib import Path

from etl_original import VENTAS, pipeline_etl


def test_pipeline(tmp_path: Path) -> None:
    resultado = pipeline_etl(VENTAS, tmp_path / "ventas.parquet")
    assert resultado is not None
