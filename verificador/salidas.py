"""Compara lo que un programa imprime con lo que la página enseña.

Solo se pasa por alto lo que cambia por naturaleza de una ejecución a otra: véase `mascaras`.
"""

import difflib
import re
from collections.abc import Iterable, Iterator

from motor.prefect_por_dentro import (
    EMPIEZA_UN_FLOW,
    EMPIEZA_UN_SUBFLOW,
    HABLA_UN_FLOW_RUN,
)
from verificador import mascaras

# Una llamada de una traza. De la versión de Python dependen las marcas bajo su código y, si
# ocupa varias líneas, cuántas enseña: https://docs.python.org/3.13/whatsnew/3.13.html
LLAMADA = re.compile(r'([| ]*)File "([^"]+)", line \d+, in .+')
SIN_ARCHIVO = "<string>"  # el de `python -c`: hasta Python 3.13, sin código
HORA_DEL_LOG = re.compile(r"^(\d\d):(\d\d):(\d\d)\.(\d{3}) \| ", re.MULTILINE)
DESORDEN_S = 0.1  # dos hilos pueden escribir en otro orden que el de sus horas
MEDIODIA_S = 12 * 3600


def publicable(texto: str) -> str:
    """La salida tal como se publica: sin las líneas que unas veces salen y otras no."""
    lineas = [linea.rstrip() for linea in texto.strip("\n").split("\n")]
    return "\n".join(mascaras.sin_ocasionales(lineas)).rstrip("\n") + "\n"


def comparable(texto: str, declarados: Iterable[str]) -> list[str]:
    """Las líneas que se comparan, con lo variable tapado."""
    # «splitlines» cortaría por más signos.
    lineas = publicable(texto).removesuffix("\n").split("\n")
    return [mascaras.tapar(li, declarados) for li in con_trazas_breves(lineas)]


def con_trazas_breves(lineas: Iterable[str]) -> Iterator[str]:
    """Las líneas, y en las trazas solo la primera del código de cada llamada."""
    sangria, caben = "", 0
    for linea in lineas:
        if llamada := LLAMADA.fullmatch(linea):
            sangria = f"{llamada[1]}  "
            caben = 0 if llamada[2] == SIN_ARCHIVO else 1
        elif sangria and linea.startswith(sangria):
            caben -= 1
            if caben < 0:
                continue
        else:
            sangria = ""
        yield linea


def diferencia(
    esperada: str,
    real: str,
    *,
    sin_orden: bool = False,
    declarados: Iterable[str] = (),
) -> str:
    """Explica en qué difieren dos salidas; vacío si solo difieren en lo variable.

    Args:
        esperada: la que enseña la página.
        real: la que acaba de salir.
        sin_orden: si sus líneas pueden salir en cualquier orden.
        declarados: lo que la página dice que varía en lo que imprime su programa.
    """
    lineas = [comparable(texto, declarados) for texto in (esperada, real)]
    if sin_orden:  # sin él, «el primer run» no es siempre el mismo
        lineas = [sorted(mascaras.numerar([li])[0] for li in grupo) for grupo in lineas]
    else:
        lineas = [mascaras.numerar(grupo) for grupo in lineas]
    return "\n".join(
        difflib.unified_diff(
            *lineas, "lo que dice la página", "lo que ha salido", lineterm=""
        )
    )


def incoherencias(texto: str) -> list[str]:
    """Por qué una salida no puede ser de una sola ejecución; nada, si puede serlo."""
    return [*horas_que_retroceden(texto), *runs_sin_principio(texto)]


def horas_que_retroceden(texto: str) -> list[str]:
    """Las horas del log que son anteriores a la de más arriba; medianoche aparte."""
    horas = []
    for hora, minuto, segundo, milesima in HORA_DEL_LOG.findall(texto):
        minutos = int(hora) * 60 + int(minuto)
        horas.append(minutos * 60 + int(segundo) + int(milesima) / 1000)
    maxima, problemas = 0.0, []
    for hora in horas:
        if DESORDEN_S < maxima - hora < MEDIODIA_S:
            problemas.append(f"la hora retrocede {maxima - hora:.3f} s")
        maxima = hora if maxima - hora > MEDIODIA_S else max(maxima, hora)
    return problemas


def runs_sin_principio(texto: str) -> list[str]:
    """Los *flow runs* que hablan sin haber empezado, si la salida enseña cómo empiezan."""
    empiezan = f"(?:{EMPIEZA_UN_FLOW}|{EMPIEZA_UN_SUBFLOW})"
    empezados = set(re.findall(rf"{empiezan}(.+?)' for", texto))
    hablan = set(re.findall(rf"\| {HABLA_UN_FLOW_RUN}(.+?)' - ", texto))
    if not empezados:
        return []
    return [f"«{nombre}» no empieza en ella" for nombre in sorted(hablan - empezados)]
