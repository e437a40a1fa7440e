"""La prosa de una página, en unidades (párrafos, elementos, filas, pies) y sus frases.

Se lee del HTML que saca el Markdown de la web, sin el código: lo que no es un bloque es
prosa, aunque esté en una tabla o al pie de una figura.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from verificador.prosa.marcas import Clase, Marca, marca_de_comentario, marca_de_enlace

BLOQUES = ["p", "li", "dd", "dt", "td", "th", "figcaption", "summary"]
CONTENEDORES = {*BLOQUES, "ul", "ol", "dl", "table", "pre", "div", "figure", "details"}
TITULOS = ["h1", "h2", "h3", "h4"]
# Dentro del texto, una marca y un código ocupan un carácter de uso privado: así ni la
# puntuación de dentro corta la frase ni sus cifras se toman por prosa.
MARCA, CODIGO, ENLACE, VALOR = "\ue000", "\ue001", "\ue002", "\ue003"
FIN = re.compile(rf"([.!?…:]+[»”)]*)((?:\s*{MARCA})+)")
CORTE = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][»”)]))\s+"
    rf"(?=[A-ZÁÉÍÓÚÑ¿¡«(0-9{CODIGO}{ENLACE}{VALOR}])"
)
# Un tramo acaba en sus marcas; la de un valor, que va pegada a él, no lo cierra.
TRAMO = re.compile(
    rf"(?:[^{MARCA}]|(?<={VALOR}){MARCA})*(?:\s*(?<!{VALOR}){MARCA})*", re.DOTALL
)


class Tipo(StrEnum):
    """Qué es una unidad: de algunas se exige más."""

    PARRAFO = "párrafo"
    ELEMENTO = "elemento"
    FILA = "fila"
    PIE = "pie"
    TITULO = "título"


@dataclass
class Frase:
    """Una frase con sus marcas y su código, en el orden en que están.

    Attributes:
        texto: sin marcas; cada código es un `CODIGO` y cada valor atado, un `VALOR`.
        marcas: las que lleva.
        codigos: lo que dice cada tramo de código.
        crudo: el texto con un `MARCA` donde va cada una.
    """

    texto: str
    marcas: list[Marca] = field(default_factory=list)
    codigos: list[str] = field(default_factory=list)
    crudo: str = ""

    def tramos(self) -> "list[Frase]":
        """Lo que cierra cada marca: «una cosa [✓], y otra [✓]» son dos."""
        marcas, codigos = list(self.marcas), list(self.codigos)
        trozos = TRAMO.findall(self.crudo)
        return [leer(trozo, marcas, codigos) for trozo in trozos if trozo]

    def __str__(self) -> str:
        codigos = iter(self.codigos)
        valores = iter([m.valor for m in self.marcas if m.clase is Clase.VALOR])
        texto = re.sub(CODIGO, lambda _: f"`{next(codigos)}`", self.texto)
        return re.sub(VALOR, lambda _: next(valores), texto)


@dataclass
class Unidad:
    """Un trozo de prosa que se lee de una vez.

    Attributes:
        tipo: qué es.
        frases: las suyas, en orden.
        seccion: el ancla del último encabezado; vacía antes del primero.
        hereda: la marca de la frase que la presenta («…:») o de la cabecera de su tabla.
    """

    tipo: Tipo
    frases: list[Frase]
    seccion: str
    hereda: Marca | None = None

    @property
    def marcas(self) -> list[Marca]:
        return [marca for frase in self.frases for marca in frase.marcas]


def unidades(html: str) -> list[Unidad]:
    """Las unidades de una página ya convertida, en orden."""
    arbol = BeautifulSoup(html, "html.parser")
    halladas: list[Unidad] = []
    seccion = ""
    for nodo in arbol.find_all([*TITULOS, *BLOQUES]):
        if nodo.name in TITULOS:
            seccion = nodo.get("id", "")
        if nodo.name in ("td", "th"):
            if nodo.find_previous_sibling() is None and nodo.find_parent("tbody"):
                halladas.append(fila(nodo.parent, seccion))
            continue
        if frases := frases_de(nodo):
            unidad = Unidad(tipo_de(nodo), frases, seccion)
            unidad.hereda = presentada_por(nodo)
            halladas.append(unidad)
    return halladas


def tipo_de(nodo: Tag) -> Tipo:
    if nodo.name in (*TITULOS, "summary", "dt") or "admonition-title" in nodo.get(
        "class", []
    ):
        return Tipo.TITULO
    if nodo.name == "figcaption" or nodo.find_parent("figcaption"):
        return Tipo.PIE
    return (
        Tipo.ELEMENTO if nodo.find_parent("li") or nodo.name == "li" else Tipo.PARRAFO
    )


def fila(nodo: Tag, seccion: str) -> Unidad:
    """Una fila de una tabla: todas sus celdas son una sola frase."""
    frase = Frase("")
    for celda in nodo.find_all("td"):
        for otra in frases_de(celda):
            frase.texto += f"{otra.texto} | "
            frase.crudo += f"{otra.crudo} | "
            frase.marcas += otra.marcas
            frase.codigos += otra.codigos
    cabecera = nodo.find_parent("table").find("thead")
    marcas = [
        m for th in cabecera.find_all("th") for f in frases_de(th) for m in f.marcas
    ]
    return Unidad(Tipo.FILA, [frase], seccion, marcas[-1] if marcas else None)


def presentada_por(nodo: Tag) -> Marca | None:
    """La marca con que acaba el párrafo, terminado en «:», que presenta una lista."""
    lista = nodo.find_parent(["ul", "ol", "dl"])
    if lista is None:
        return None
    anterior = lista.find_previous_sibling()
    if anterior is None or anterior.name != "p":
        return None
    ultima = (frases_de(anterior) or [Frase("")])[-1]
    termina = ultima.texto.rstrip().endswith(":")
    return ultima.marcas[-1] if termina and ultima.marcas else None


def frases_de(nodo: Tag) -> list[Frase]:
    """Las frases del texto propio de un elemento, sin el de los bloques de dentro."""
    texto, marcas, codigos = aplanar(nodo)
    texto = FIN.sub(r"\2\1", re.sub(r"\s+", " ", texto).strip())
    trozos = CORTE.split(texto)
    return [
        f for trozo in trozos if (f := leer(trozo, marcas, codigos)).texto or f.marcas
    ]


def leer(trozo: str, marcas: list[Marca], codigos: list[str]) -> Frase:
    """La frase que dice un trozo de texto; sus marcas y códigos se sacan de los que quedan."""
    frase = Frase(trozo.replace(MARCA, "").replace(ENLACE, "").strip(), crudo=trozo)
    frase.marcas = [marcas.pop(0) for _ in range(trozo.count(MARCA))]
    frase.codigos = [codigos.pop(0) for _ in range(trozo.count(CODIGO))]
    return frase


def aplanar(nodo: Tag) -> tuple[str, list[Marca], list[str]]:
    """El texto propio de un elemento, con sus marcas y códigos aparte."""
    texto, marcas, codigos = "", [], []
    for pieza in piezas(nodo):
        if isinstance(pieza, Marca):
            marcas.append(pieza)
            texto += MARCA if pieza.clase is not Clase.VALOR else VALOR + MARCA
        elif isinstance(pieza, Tag):
            codigos.append(pieza.get_text())
            texto += CODIGO
        else:
            texto += pieza
    return texto, marcas, codigos


def piezas(nodo: Tag) -> Iterator[str | Marca | Tag]:
    """Lo que hay dentro de un elemento: textos, marcas y tramos de código."""
    for hijo in nodo.children:
        if isinstance(hijo, Comment):
            if marca := marca_de_comentario(hijo):
                yield marca
        elif isinstance(hijo, NavigableString):
            yield str(hijo)
        elif hijo.name == "code":
            yield hijo
        elif marca := marca_de_enlace(hijo):
            yield marca
        elif (
            "headerlink" not in hijo.get("class", []) and hijo.name not in CONTENEDORES
        ):
            if hijo.name == "a":
                yield ENLACE
            yield from piezas(hijo)
