"""El error con el que termina un programa del estudiante: cuál es y cómo se explica."""

import re
from collections.abc import Iterable

from calificador.conocidos import CONOCIDOS, Conocido

SIN_CONOCER = ("", "guias/pedir-ayuda")
POR_SU_NOMBRE = re.compile(
    r"^(?P<error>[\w.]+(Error|Exception|Exit|Quit|Invalid\w*)\b)", re.MULTILINE
)
# Hay errores que no se llaman así, y los que se inventa cada cual.
FIN_DE_TRAZA = re.compile(
    r"^Traceback \(most recent call last\):\n( .*\n)+(?P<error>\S)", re.MULTILINE
)


def explicar(error: str, propios: Iterable[Conocido] = ()) -> tuple[str, str]:
    """El consejo para un error y la página que lo explica; sin consejo, si no es común.

    Args:
        error: lo que dice.
        propios: los que en su ejercicio se explican de otra manera.
    """
    for patron, consejo, pagina in (*propios, *CONOCIDOS):
        if hallado := re.search(patron, error):
            return hallado.expand(consejo), pagina
    return SIN_CONOCER


def ultimo_error(salida: str) -> str:
    """La línea de una traza que dice qué ha fallado y, si es un campo que no vale, cuál."""
    hallados = [*POR_SU_NOMBRE.finditer(salida), *FIN_DE_TRAZA.finditer(salida)]
    if not hallados:
        return ""
    lineas = salida[max(h.start("error") for h in hallados) :].splitlines()
    if "validation error" in lineas[0]:  # pydantic lo cuenta en las dos siguientes
        return " ".join(map(str.strip, lineas[:3]))
    # Prefect, al rechazar parámetros, los cuenta debajo, uno por línea.
    return " ".join([lineas[0], *(li for li in lineas[1:3] if li.startswith(" - "))])
