"""La misma prueba, que ahora mira el estado y el archivo."""

from pathlib import Path

import pandas as pd
from etl_original import VENTAS, etl_original


def test_pipeline(tmp_path: Path) -> None:
    salida = tmp_path / "ventas.parquet"
    estado = etl_original(VENTAS, salida, return_state=True)
    assert estado.is_completed()
    assert pd.read_parquet(salida)["total"].notna().all()
