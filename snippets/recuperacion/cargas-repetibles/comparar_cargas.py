"""Cuenta las filas que deja cada estrategia cuando algo se repite, se corta o cambia."""

from collections.abc import Callable
from contextlib import suppress

import estrategias
import pandas as pd
from llegadas import del_dia, por_tienda
from prefect_sqlalchemy import SqlAlchemyConnector
from sqlalchemy import Engine, text

VISPERA, DIA = "2025-12-30", "2025-12-31"
CONTAR = text("SELECT count(*) FROM ventas_diarias")


def ensayar(motor: Engine, cargar: Callable) -> dict[str, int]:
    """Carga el mismo día cinco veces, sobre una tabla con las ventas de la víspera."""
    ventas = del_dia(DIA)
    del_dia(VISPERA).to_sql(estrategias.TABLA, motor, if_exists="replace", index=False)
    quedan = {}
    for momento, llegan in {
        "una vez": por_tienda(ventas, se_corta=False),
        "otra vez": por_tienda(ventas, se_corta=False),
        "cortada": por_tienda(ventas, se_corta=True),
        "repetida": por_tienda(ventas, se_corta=False),
        "una anulada": por_tienda(ventas.iloc[1:], se_corta=False),
    }.items():
        with suppress(ConnectionError):
            cargar(motor, llegan, DIA)
        with motor.begin() as conexion:
            quedan[momento] = conexion.scalar(CONTAR)
    return quedan


if __name__ == "__main__":
    with SqlAlchemyConnector.load("postgres") as conector:
        motor = conector.get_engine()
        filas = {
            cargar.__name__: ensayar(motor, cargar) for cargar in estrategias.TODAS
        }
    print(pd.DataFrame(filas).T.to_string())
