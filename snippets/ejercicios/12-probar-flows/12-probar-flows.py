"""Ejercicio 12: pruebas de las tasks de resumen_ventas.py."""

import pandas as pd
from resumen_ventas import limpiar, sumar

COMPLETA = {"tienda": "Puebla", "precio": 10.0, "cantidad": 2}


def test_limpiar_quita_las_repetidas() -> None:
    ventas = pd.DataFrame([COMPLETA, COMPLETA])
    assert len(limpiar.fn(ventas)) == 1


def test_limpiar_quita_las_incompletas() -> None:
    ventas = pd.DataFrame(
        [COMPLETA, COMPLETA | {"precio": None}, COMPLETA | {"cantidad": None}]
    )
    assert limpiar.fn(ventas).to_dict("records") == [COMPLETA]


def test_sumar_multiplica_precio_por_cantidad() -> None:
    ventas = pd.DataFrame(
        [COMPLETA, COMPLETA | {"cantidad": 3}, COMPLETA | {"tienda": "Monterrey"}]
    )
    assert sumar.fn(ventas) == {"Puebla": 50.0, "Monterrey": 20.0}
