"""Horarios con las clases del cliente y dos funciones que los describen."""

import datetime
import pathlib

import prefect
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule


def contar(tienda):
    csv = pathlib.Path(__file__).parents[3] / "data" / "ventas.csv"
    cabecera, *filas = [f.split(",") for f in csv.read_text("utf-8").splitlines()]
    validas = {tuple(f) for f in filas if all(f)}
    columna = cabecera.index("tienda")
    prefect.get_run_logger().info("%s: %d", tienda, sum(f[columna] == tienda for f in validas))


contar = prefect.flow(contar)


def servir():
    cada_dia = CronSchedule(cron="0 8 * * *", timezone="America/Mexico_City")
    cada_hora = IntervalSchedule(interval=datetime.timedelta(minutes=60))
    prefect.serve(
        contar.to_deployment(
            name="cada-hora", schedule=cada_hora, parameters={"tienda": "Monterrey"}
        ),
        contar.to_deployment(
            name="diario", schedule=cada_dia, parameters={"tienda": "Puebla"}
        ),
    )


if __name__ == "__main__":
    servir()
