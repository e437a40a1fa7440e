import csv
from datetime import timedelta
from pathlib import Path

from prefect import flow

VENTAS = Path(__file__).resolve().parents[3] / "data" / "ventas.csv"


@flow(log_prints=True)
def ventas():
    with VENTAS.open(encoding="utf-8") as archivo:
        distintas = {tuple(fila.items()) for fila in csv.DictReader(archivo)}
    filas = [dict(fila) for fila in distintas]
    print(f"{sum(bool(f['precio'] and f['cantidad']) for f in filas)} ventas válidas")


if __name__ == "__main__":
    ventas.serve("cada-medio-minuto", interval=timedelta(seconds=30))
