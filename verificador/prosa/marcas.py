"""Las marcas de la prosa: de dónde sale un valor y qué prueba una afirmación.

Son enlaces corrientes de Markdown, así que se ven en la web y llevan a su prueba, o
comentarios, que no se ven.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bs4 import Comment, Tag

PROBADO = "✓"
DE_UNA_FUENTE = "doc"
FUENTES = re.compile(r"(?:^|/)fuentes\.md#(?P<ancla>[\w-]+)$")
# La portada está en otra carpeta: allí no valen las referencias que añade auto_append.
PRUEBAS = re.compile(r"(?:^|/)pruebas(?:\.md|/)#(?P<nombre>test_\w+)$")
ETIQUETA = "etiqueta:"  # a dónde apuntan, al leer una página, las referencias [texto][etiqueta]


class Clase(StrEnum):
    """Qué sostiene una frase."""

    VALOR = "valor"
    PRUEBA = "prueba"
    BLOQUE = "bloque"
    FUENTE = "fuente"
    CONSEJO = "consejo"
    SIN_PRUEBA = "sin prueba"


@dataclass(frozen=True)
class Marca:
    """Una marca leída.

    Attributes:
        clase: qué sostiene la frase que la lleva.
        destino: la etiqueta de un valor, el nombre de una prueba, el ancla de una sección o
            de una fuente, o el motivo de que no haya prueba.
        valor: el texto enlazado de un valor; vacío en las demás.
        texto: el fragmento que demuestra la frase, en un bloque.
    """

    clase: Clase
    destino: str
    valor: str = ""
    texto: str = ""


def marca_de_enlace(nodo: Tag) -> Marca | None:
    """La marca que es un enlace; ninguna, si es un enlace cualquiera."""
    if nodo.name != "a":
        return None
    destino, texto = nodo.get("href", ""), nodo.get_text()
    if destino.startswith(ETIQUETA):
        etiqueta = destino.removeprefix(ETIQUETA)
        if texto == PROBADO:
            return Marca(Clase.PRUEBA, etiqueta)
        return Marca(Clase.VALOR, etiqueta, valor=texto)
    if texto == PROBADO and (hallada := PRUEBAS.search(destino)):
        return Marca(Clase.PRUEBA, hallada["nombre"])
    if texto == PROBADO:
        return Marca(Clase.BLOQUE, destino, texto=nodo.get("title", ""))
    if texto == DE_UNA_FUENTE:
        return Marca(Clase.FUENTE, destino)
    return None


def marca_de_comentario(comentario: Comment) -> Marca | None:
    """La marca que es un comentario; ninguna, si no la quiere ser."""
    nombre, _, motivo = comentario.strip().partition(":")
    if nombre in (Clase.CONSEJO, Clase.SIN_PRUEBA):
        return Marca(Clase(nombre), motivo.strip())
    return None
