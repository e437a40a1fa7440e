"""Las reglas de la casa: un español que no es de ningún país, y un término para cada cosa."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

EXCEPCIONES = Path(__file__).with_name("lengua.toml")
# Lo que no se escribe, y qué se escribe en su lugar. Los datos son de México y el lector, de
# cualquier sitio: fuera lo que solo se dice en España.
REGLAS = {
    r"ficheros?": "archivo",
    r"directorios?": "carpeta",
    r"comandos?": "orden",
    r"consolas?": "terminal",
    r"por defecto|de serie|de fábrica": "por omisión",
    r"ordenador(?:es)?|portátil(?:es)?|computadoras?": "equipo",
    r"librerías?": "biblioteca",
    r"corr(?:e|en|er|es|iendo)": "ejecutar",
    r"tareas?": "task, si es de Prefect; si no, otra palabra",
    r"flujos?(?! de datos)": "flow, si es de Prefect; si no, otra palabra",
    r"céntimos?": "centavo",
    r"costes?": "costo",
    r"coger|coge|cogen": "tomar",
    r"móvil(?:es)?": "teléfono",
    r"vosotr[oa]s|vuestr[oa]s?|\w{2,}(?:áis|éis)": "tú, no vosotros",
    r"ustedes|usted": "tú, no usted",
    r"(?i:localhost)": "127.0.0.1",
    r"Mac ?OS(?: X)?|OS ?X": "macOS",
    r"click|cliquea\w*|clickea\w*": "haz clic",
    r"(?:debugg?|deploy|logu?|pars|runn?|set|test)e(?:ar|a|ando|ado)": "la palabra española",
    r"ademas|catalogo|calculo|frio|ingles|interpretes?|limites?|lineas?|maquinas?|modulos?"
    r"|numeros?|paginas?|titulos?|ultim[oa]s?": "con su tilde: sin ella es otra palabra",
    r"1 (?:archivos|filas|ventas|tasks|flows|ejercicios|líneas|veces)": "el singular",
}
# Cómo se escribe lo que no son palabras.
SIGNOS = {
    r"(?<!\.)\.\.\.(?!\.)": "…",
    r'"\w[^"]*\w"': "«…»",
    r"(?<![\d.,])\d[,.]\d{3}(?![\d.,])": "sin separador de millares",
}
COMPILADAS = [
    *((re.compile(rf"\b(?:{patron})\b"), bien) for patron, bien in REGLAS.items()),
    *((re.compile(patron), bien) for patron, bien in SIGNOS.items()),
]


def faltas(texto: str, *, con_signos: bool = True) -> Iterator[tuple[str, str]]:
    """Lo que la casa escribe de otra manera, y cómo.

    Args:
        texto: sin código.
        con_signos: si se miran también los que no son letras; en un programa son suyos.
    """
    for permitido in permitidos():
        texto = texto.replace(permitido, "")
    reglas = COMPILADAS if con_signos else COMPILADAS[: len(REGLAS)]
    for patron, bien in reglas:
        for hallado in patron.finditer(texto):
            yield hallado[0], bien


@cache
def permitidos() -> tuple[str, ...]:
    """Lo que se permite, con un motivo para cada cosa: de lo más largo a lo más corto."""
    motivos = tomllib.loads(EXCEPCIONES.read_text("utf-8"))
    return tuple(sorted((t for ts in motivos.values() for t in ts), key=len)[::-1])
