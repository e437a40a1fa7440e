"""Los minutos que pide una página: una cuenta con lo que hay que leer, guardar, teclear y probar.

Los ritmos son los que suponemos a quien aprende: nadie los ha medido con estudiantes.
"""

import math
import re

from verificador.pagina import Pagina
from verificador.prosa.lectura import lineas_propias

PALABRAS_POR_MINUTO = 130
LINEAS_POR_MINUTO = 20  # de un programa
MINUTOS_POR_ORDEN = 0.75
MINUTOS_POR_PRUEBA = 1  # de cada punto de «Pruébalo tú»
REDONDEO_MIN = 5
PRUEBALO = re.compile(r"^## [^\n]+\{ #pruebalo \}\n(.*?)(?=^## |\Z)", re.M | re.S)
NO_SE_LEE = re.compile(r"\[✓\](?:\([^)]*\)|\[[^\]]*\])|<!--.*?-->|(?<=\])\([^)]*\)")


def minutos(pagina: Pagina) -> int:
    """Los minutos de una página, hacia arriba de cinco en cinco."""
    propio = "\n".join(lineas_propias(pagina))
    texto = NO_SE_LEE.sub("", propio)
    programas = [b.valla.codigo for b in pagina.bloques if b.valla.titulo]
    ordenes = sum(bloque.es_orden for bloque in pagina.bloques)
    pruebas = [re.findall(r"(?m)^\d+\. ", p) for p in PRUEBALO.findall(propio)]
    cuenta = (
        len(re.findall(r"\w+", texto)) / PALABRAS_POR_MINUTO
        + sum(len(p.splitlines()) for p in programas) / LINEAS_POR_MINUTO
        + ordenes * MINUTOS_POR_ORDEN
        + sum(map(len, pruebas)) * MINUTOS_POR_PRUEBA
    )
    return math.ceil(cuenta / REDONDEO_MIN) * REDONDEO_MIN
