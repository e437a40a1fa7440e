"""Ejercicio 11: pruebas de las tasks de resumen_ventas.py."""

import pandas as pd
from resumen_ventas import limpiar, sumar

COMPLETA = {"tienda": "Puebla", "precio": 10.0, "cantidad": 2}


def test_limpiar_quita_las_repetidas() -> None:
    ventas = pd.DataFrame([COMPLETA, COMPLETA])
    len(limpiar.fn(ventas))


def test_limpiar_quita_las_incompletas() -> None:
    ventas = pd.DataFrame([COMPLETA, COMPLETA | {"precio": None}])
    limpiar.fn(ventas)["precio"].tolist()


def test_sumar_multiplica_precio_por_cantidad() -> None:
    ventas = pd.DataFrame(
        [COMPLETA, COMPLETA | {"cantidad": 3}, COMPLETA | {"tienda": "Monterrey"}]
    )
    sumar.fn(ventas)
