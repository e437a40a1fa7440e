"""La ortografía: cada palabra está en el diccionario, en el glosario o en `ortografia.toml`.

El diccionario es el de RLA-ES, que usa LibreOffice (`diccionario/origen.toml` dice de dónde
se ha traído), y lo lee Hunspell. Lo que sin su tilde es otra palabra lo mira `lengua`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hunspell import Hunspell

from motor.rutas import RAIZ
from verificador.origen import Origen
from verificador.pagina import Pagina
from verificador.problemas import Problema
from verificador.prosa import glosario
from verificador.prosa.clases import sin_tildes
from verificador.prosa.lectura import DIRECCION, lineas_propias
from verificador.prosa.programas import Texto, comentarios, docstrings, mensajes

EXCEPCIONES = Path(__file__).with_name("ortografia.toml")
# Entre lo que dice tiene lo que busca en una salida: los errores de Python, en inglés.
CALIFICADOR = RAIZ / "calificador"
DICCIONARIO = Path(__file__).with_name("diccionario")
# Lo que rodea a una palabra puede decir que es un nombre: una ruta, una opción, una llamada…
PALABRA = re.compile(
    r"(?<![\w/\\@$%#.=-])(?<!\w:)(?<!\w')[^\W\d_]{2,}(?![\w/\\@(\[=-]|[.:]\w|'\w|…\w)"
)
# Las siglas y los nombres como DataFrame.
MAYUSCULA_DENTRO = re.compile(r"\w[^\W\d_a-záéíóúüñ]")
CODIGO = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)|\{[^{}]*\}", re.DOTALL)
NO_SON_PROSA = [
    re.compile(patron, re.MULTILINE | re.DOTALL)
    for patron in (
        r"<!--.*?-->",
        r"\[doc\]",
        rf"\[[^\[\]]*\](?=\(https?:){DIRECCION}",  # el nombre de una página de otros
        rf"(?<=\]){DIRECCION}",
        r"(?<=\])\[[^\[\]]*\]",
        r"(?<![*\w])\*(?![*\s])[^*]+(?<!\s)\*(?!\*)",  # en cursiva va lo de otra lengua
        r"</?[a-zA-Z][^<>]*>",
        r"https?://\S+",
        r"^ *(?:!!!|\?\?\?\+?|///) *[\w-]+",  # la clase de un aviso o de un pie
    )
]
CITA = re.compile(r"«[^«»]*»|\"[^\"\n]*\"|“[^“”]*”")
# Los apartados de un docstring, y los parámetros y errores que enumeran.
APARTADO = re.compile(
    r"^(?:    \w+(?:, \w+)*|Args|Attributes|Raises|Returns|Yields)(?=:)", re.MULTILINE
)
DIRECTIVA = re.compile(r"# (?:noqa|fmt|type)\b.*")  # lo que lee otro programa
PRONOMBRES = [
    re.compile(r"(\w{2,})(?:me|te|se|nos|l[aeo]s?)"),
    re.compile(r"(\w{2,})(?:me|te|se|nos)l[aeo]s?"),
]
TILDES = str.maketrans("aeiou", "áéíóú")


class Falta(NamedTuple):
    """Una palabra que no está ni en el diccionario ni en el glosario, y dónde se escribe."""

    lugar: Origen
    palabra: str


def problemas(
    faltas: Iterable[Falta], *, en_programas: bool = False
) -> Iterator[Problema]:
    """Las faltas que no tienen motivo.

    Args:
        faltas: las de unas páginas o las de unos programas.
        en_programas: si vale también lo que solo se permite en ellos.
    """
    permitidas = {*de_la_casa("siempre")}
    if en_programas:
        permitidas |= de_la_casa("programas")
    for lugar, palabra in faltas:
        if not permitidas & {*formas(palabra)}:
            yield problema(lugar, palabra)


def de_una_pagina(pagina: Pagina) -> Iterator[Falta]:
    """Las faltas de la prosa de una página."""
    for palabra, encima in desconocidas("\n".join(lineas_propias(pagina))):
        yield Falta(pagina.texto[encima][1] or Origen(pagina.ruta, 1), palabra)


def de_un_programa(programa: Path, *, con_mensajes: bool) -> Iterator[Falta]:
    """Las faltas de lo que se lee en un programa.

    Args:
        programa: su archivo.
        con_mensajes: si se miran también sus cadenas. En un programa que escribe código o
            que lee lo que dicen otros, casi ninguna está en español.
    """
    lineas = programa.read_text("utf-8").splitlines()
    for texto in textos(programa, con_mensajes=con_mensajes):
        for palabra, encima in desconocidas(texto.escrito):
            ocupa = [*range(texto.desde + encima, fin := texto.hasta + 1)]
            ocupa += range(texto.desde, fin)  # en una cadena, «\n» no baja de línea
            suya = next((n for n in ocupa if palabra in lineas[n - 1]), texto.desde)
            yield Falta(Origen(programa, suya), palabra)


def textos(programa: Path, *, con_mensajes: bool) -> Iterator[Texto]:
    """Lo que se lee en un programa, sin los nombres ni lo que es para otros programas."""
    for texto in docstrings(programa):
        yield texto._replace(escrito=APARTADO.sub("", texto.escrito))
    for texto in comentarios(programa):
        yield texto._replace(escrito=DIRECTIVA.sub("", texto.escrito))
    if con_mensajes:
        busca_lo_de_otros = CALIFICADOR in programa.parents
        for texto in mensajes(programa):
            if not (busca_lo_de_otros and es_de_otra_lengua(texto.escrito)):
                yield texto


def desconocidas(texto: str) -> Iterator[tuple[str, int]]:
    """Las palabras de un texto en Markdown que no están en el diccionario ni en el glosario.

    Returns:
        Cada palabra y cuántas líneas tiene encima.
    """
    limpio = solo_prosa(texto)
    for hallada in PALABRA.finditer(limpio):
        if not conocida(hallada[0]):
            yield hallada[0], limpio.count("\n", 0, hallada.start())


def solo_prosa(texto: str) -> str:
    """El texto sin lo que no es prosa en español; cada palabra sigue en su línea."""
    texto = CODIGO.sub(lambda codigo: tapar(codigo[0], "_"), texto)
    for patron in NO_SON_PROSA:
        texto = patron.sub(lambda hallado: tapar(hallado[0], " "), texto)
    return CITA.sub(
        lambda cita: tapar(cita[0], " ") if es_de_otra_lengua(cita[0]) else cita[0],
        texto,
    )


def tapar(texto: str, con: str) -> str:
    return re.sub(r"[^\n]", con, texto)


def es_de_otra_lengua(texto: str) -> bool:
    """Si un texto es de otra lengua: de sus palabras, tres o más, no conoce ni la mitad."""
    palabras = [p for p in PALABRA.findall(texto) if not es_un_termino(p)]
    return len(palabras) > 2 and 2 * sum(map(en_espanol, palabras)) < len(palabras)


def conocida(palabra: str) -> bool:
    return es_un_termino(palabra) or en_espanol(palabra)


def es_un_termino(palabra: str) -> bool:
    """Si está en el glosario, o es una sigla o un nombre con mayúsculas dentro."""
    return bool(MAYUSCULA_DENTRO.search(palabra)) or palabra in glosario.palabras()


@cache
def en_espanol(palabra: str) -> bool:
    return any(map(diccionario().spell, formas(palabra)))


def formas(palabra: str) -> Iterator[str]:
    """Como se puede buscar una palabra: tal cual, sin mayúscula y sin sus pronombres.

    El diccionario no trae todos los verbos con pronombre. «Pruébalo» lleva la tilde que a
    «prueba» no le hace falta, «vacíala» conserva la de «vacía», «detenlo» no necesita la de
    «detén» y «medirlo» lleva un infinitivo.
    """
    minuscula = palabra[0].lower() + palabra[1:]
    yield palabra
    yield minuscula
    for patron in PRONOMBRES:
        if hallado := patron.fullmatch(minuscula):
            verbo = hallado[1]
            if sin_tildes(verbo) != verbo:
                yield from (verbo, sin_tildes(verbo))
            elif verbo.endswith("r"):
                yield verbo
            elif verbo.endswith("n"):
                yield verbo[:-2] + verbo[-2:].translate(TILDES)


@cache
def diccionario() -> Hunspell:
    """El diccionario, ya leído."""
    return Hunspell("es", hunspell_data_dir=str(DICCIONARIO))


@cache
def de_la_casa(ambito: str) -> frozenset[str]:
    """Las palabras que valen aunque no estén en el diccionario.

    Args:
        ambito: dónde: `siempre` o, solo en ellos, `programas`.
    """
    return frozenset(p for palabras in motivos()[ambito].values() for p in palabras)


def motivos() -> dict[str, dict[str, list[str]]]:
    """De cada ámbito, por qué vale cada palabra."""
    return tomllib.loads(EXCEPCIONES.read_text("utf-8"))


def problema(lugar: Origen, palabra: str) -> Problema:
    """Una palabra que nadie conoce, con las que se le parecen."""
    parecidas = " o ".join(f"«{p}»" for p in diccionario().suggest(palabra)[:3])
    corregir = f"si querías decir {parecidas}, corrígela; " if parecidas else ""
    remedio = (
        f"{corregir}si es código, va entre acentos graves (`…`); si es de otra lengua, en "
        "cursiva (*…*); y si está bien, añádela con su motivo a "
        "verificador/prosa/ortografia.toml."
    )
    return Problema(lugar, f"«{palabra}» no está en el diccionario", remedio)
