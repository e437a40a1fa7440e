import os

import pandas as pd
from prefect import flow, serve
from prefect.schedules import Cron

AQUI = os.path.dirname(os.path.abspath(__file__))
CSV = os.path.join(AQUI, "..", "..", "..", "data", "ventas.csv")
PLAN = [("diario", "0 8 * * *", "Puebla"), ("cada-hora", "0 * * * *", "Monterrey")]


@flow(name="ventas de una tienda")
def f(tienda, ruta=CSV):
    v = pd.read_csv(ruta).drop_duplicates().dropna(subset=["precio", "cantidad"])
    print(tienda, len(v[v.tienda == tienda]))


if __name__ == "__main__":
    serve(
        *[
            f.to_deployment(
                n, parameters={"tienda": t}, schedule=Cron(c, "America/Mexico_City")
            )
            for n, c, t in PLAN
        ]
    )
