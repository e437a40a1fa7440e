from pathlib import Path

import pandas as pd
from prefect import flow, get_run_logger, task
from prefect.schedules import Interval


class Config:
    csv = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@task
def leer():
    return pd.read_csv(Config.csv)


@flow(name="Contador")
def cuenta(csv: str = ""):
    get_run_logger().info("Hay %s ventas", len(leer().drop_duplicates().dropna(subset=["precio", "cantidad"])))


if __name__ == "__main__":
    cuenta()
    from datetime import timedelta
    cuenta.serve("cada-medio-minuto", schedule=Interval(timedelta(seconds=30)), limit=1)
