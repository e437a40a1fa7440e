"""El mismo informe, con unas pocas filas en memoria cada vez."""

import sys
from collections import Counter

import pyarrow.parquet as pq
from informe_entero import VENTAS, por_tienda
from poca_memoria import como_mucho
from prefect import flow, task

COLUMNAS = ["tienda", "cantidad", "precio"]


@task
def sumar_por_partes(megas: int | None) -> dict[str, int]:
    """Suma cada lote al total y deja sitio al siguiente."""
    total = Counter()
    with como_mucho(megas):
        for archivo in sorted(VENTAS.glob("*.parquet")):
            for lote in pq.ParquetFile(archivo).iter_batches(columns=COLUMNAS):
                total.update(por_tienda(lote.to_pandas()))
    return dict(total)


@flow(log_prints=True)
def informe_por_partes(megas: int | None = None) -> None:
    """Suma el año lote a lote."""
    print(sumar_por_partes(megas))


if __name__ == "__main__":
    informe_por_partes(*map(int, sys.argv[1:]))
