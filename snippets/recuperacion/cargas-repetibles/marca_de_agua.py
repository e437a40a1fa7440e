"""Carga solo lo que llegó después de lo último cargado, y enseña lo que se pierde."""

from datetime import timedelta

import pandas as pd
from llegadas import leer
from prefect_sqlalchemy import SqlAlchemyConnector
from sqlalchemy import Engine, text

CONTAR = text("SELECT count(*) FROM ventas_nuevas")
MARCA = text("SELECT max(fecha) FROM ventas_nuevas")
BORRAR = text("DELETE FROM ventas_nuevas WHERE fecha > :desde")


def cargar_lo_nuevo(motor: Engine, ventas: pd.DataFrame, margen: int) -> int:
    """Carga lo posterior a la marca; con margen, otra vez también esos días de antes."""
    with motor.begin() as conexion:
        desde = conexion.scalar(MARCA) - timedelta(days=margen)
        nuevas = ventas[ventas["fecha"] > desde]
        conexion.execute(BORRAR, {"desde": desde})
        nuevas.to_sql("ventas_nuevas", conexion, if_exists="append", index=False)
    return len(nuevas)


def ensayar(motor: Engine, ventas: pd.DataFrame) -> None:
    """Tres noches: la última venta del día 30 llega con las del 31."""
    hasta_el_30 = ventas[ventas["fecha"] <= "2025-12-30"].iloc[:-1]
    ventas[ventas["fecha"] <= "2025-12-29"].to_sql(
        "ventas_nuevas", motor, if_exists="replace", index=False
    )
    for noche, llegadas, margen in (
        ("La del 30", hasta_el_30, 0),
        ("La del 30, repetida", hasta_el_30, 0),
        ("La del 31, con una atrasada", ventas, 0),
        ("Con dos días de margen", ventas, 2),
    ):
        cargadas = cargar_lo_nuevo(motor, llegadas, margen)
        with motor.begin() as conexion:
            faltan = len(llegadas) - conexion.scalar(CONTAR)
        print(f"{noche}: {cargadas} cargadas, faltan {faltan}")


if __name__ == "__main__":
    with SqlAlchemyConnector.load("postgres") as conector:
        ensayar(conector.get_engine(), leer())
