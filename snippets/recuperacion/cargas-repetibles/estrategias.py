"""Varias maneras de cargar un día: la primera vez, todas parecen buenas."""

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Engine, text

TABLA = "ventas_diarias"
CLAVE = text(
    "CREATE UNIQUE INDEX IF NOT EXISTS una_por_venta ON ventas_diarias (venta_id)"
)
UPSERT = text("""
    INSERT INTO ventas_diarias (venta_id, fecha, tienda, precio, cantidad)
    VALUES (:venta_id, :fecha, :tienda, :precio, :cantidad)
    ON CONFLICT (venta_id) DO UPDATE SET
        fecha = excluded.fecha, tienda = excluded.tienda,
        precio = excluded.precio, cantidad = excluded.cantidad
""")
BORRAR = text("DELETE FROM ventas_diarias WHERE fecha = :dia")


def anadir(motor: Engine, tandas: Iterable[pd.DataFrame], dia: str) -> None:
    """Añade cada tanda según llega."""
    for ventas in tandas:
        ventas.to_sql(TABLA, motor, if_exists="append", index=False)


def sustituir_tabla(motor: Engine, tandas: Iterable[pd.DataFrame], dia: str) -> None:
    """Borra la tabla y la crea otra vez con lo que llega."""
    pd.concat(tandas).to_sql(TABLA, motor, if_exists="replace", index=False)


def upsert(motor: Engine, tandas: Iterable[pd.DataFrame], dia: str) -> None:
    """Inserta las ventas nuevas y actualiza las que ya están."""
    with motor.begin() as conexion:
        conexion.execute(CLAVE)
    for ventas in tandas:
        with motor.begin() as conexion:
            conexion.execute(UPSERT, ventas.to_dict("records"))


def borrar_y_anadir(motor: Engine, tandas: Iterable[pd.DataFrame], dia: str) -> None:
    """Borra el día y, cuando ya está borrado, lo añade."""
    with motor.begin() as conexion:
        conexion.execute(BORRAR, {"dia": dia})
    anadir(motor, tandas, dia)


def reemplazar_dia(motor: Engine, tandas: Iterable[pd.DataFrame], dia: str) -> None:
    """Borra el día y lo añade en una sola transacción: todo o nada."""
    with motor.begin() as conexion:
        conexion.execute(BORRAR, {"dia": dia})
        for ventas in tandas:
            ventas.to_sql(TABLA, conexion, if_exists="append", index=False)


TODAS = (anadir, sustituir_tabla, upsert, borrar_y_anadir, reemplazar_dia)
