"""Un informe que deja en la interfaz una tabla y un texto."""

from pathlib import Path

import pandas as pd
from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow
def informe_con_tabla() -> None:
    """Cuenta las filas de cada tienda y lo publica."""
    cuenta = pd.read_csv(VENTAS)["tienda"].value_counts()
    filas = [{"tienda": t, "filas": int(n)} for t, n in cuenta.items()]
    create_table_artifact(table=filas, key="filas-por-tienda")
    create_markdown_artifact(
        markdown=f"# Filas\n\nLa tienda con más filas es **{cuenta.index[0]}**.",
        key="resumen",
    )


if __name__ == "__main__":
    informe_con_tabla()
