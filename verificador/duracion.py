"""Los minutos que pide una página: una cuenta con lo que hay que leer, guardar y teclear.

Los ritmos son los que suponemos a quien aprende: nadie los ha medido.
"""

import math
import re

from verificador.pagina import Pagina
from verificador.prosa.lectura import lineas_propias

PALABRAS_POR_MINUTO = 130
LINEAS_POR_MINUTO = 20  # de un programa
MINUTOS_POR_ORDEN = 0.5
REDONDEO_MIN = 5
NO_SE_LEE = re.compile(r"\[✓\](?:\([^)]*\)|\[[^\]]*\])|<!--.*?-->|(?<=\])\([^)]*\)")


def minutos(pagina: Pagina) -> int:
    """Los minutos de una página, hacia arriba de cinco en cinco."""
    texto = NO_SE_LEE.sub("", "\n".join(lineas_propias(pagina)))
    programas = [b.valla.codigo for b in pagina.bloques if b.valla.titulo]
    ordenes = sum(bloque.es_orden for bloque in pagina.bloques)
    cuenta = (
        len(re.findall(r"\w+", texto)) / PALABRAS_POR_MINUTO
        + sum(len(p.splitlines()) for p in programas) / LINEAS_POR_MINUTO
        + ordenes * MINUTOS_POR_ORDEN
    )
    return math.ceil(cuenta / REDONDEO_MIN) * REDONDEO_MIN
