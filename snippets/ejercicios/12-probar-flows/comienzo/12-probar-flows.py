"""Ejercicio 12: pruebas de las tasks de resumen_ventas.py."""

import pandas as pd

CRUDAS = pd.DataFrame(
    {"tienda": ["Puebla"], "precio": [10.0], "cantidad": [1]},
)
