"""La variación: otro deployment del mismo flow, a las ocho de la mañana."""

from pathlib import Path

import pandas as pd
from prefect import flow, serve
from prefect.schedules import Cron

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def contar_ventas() -> None:
    """Cuenta las ventas válidas que hay en el archivo."""
    ventas = pd.read_csv(VENTAS)
    print(len(ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])))


if __name__ == "__main__":
    ocho = Cron("0 8 * * *", timezone="America/Mexico_City")
    serve(
        contar_ventas.to_deployment("a-las-ocho", schedule=ocho),
        contar_ventas.to_deployment("cada-medio-minuto", interval=30),
    )
