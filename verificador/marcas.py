"""Las marcas de una página: los comentarios HTML que dicen cómo verificar un bloque.

Son las de pytest-codeblocks, con una sola forma de escribir cada una. Lo que nombra a
pytest y no se entiende es un error: una marca que se ignora deja de comprobar algo.
"""

import ast
import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from verificador import mascaras
from verificador.origen import Origen
from verificador.problemas import Problema, sugerencia
from verificador.texto import Linea
from verificador.vallas import Valla, sin_vallas

SALIDA = "salida"
SALIDA_ESCRITA = "pytest-codeblocks:expected-output"
COMENTARIO = re.compile(r"<!--(.*?)(-->|\Z)", re.DOTALL)
A_MEDIAS = re.compile(r"<[!-]*\s*pytest|pytest[.-](mark|codeblocks)", re.IGNORECASE)
TRAMO_DE_CODIGO = re.compile(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)")
EXPRESION = re.compile(r"pytest\.mark\.(\w+)")


@dataclass(frozen=True)
class Forma:
    """Cómo se escribe una marca.

    Attributes:
        ejemplo: la marca, bien escrita.
        textos: cuántos textos admite, como mínimo y como máximo.
        claves: los argumentos con nombre, todos obligatorios.
        largo: lo que mide, como mínimo, cada texto.
        textos_validos: los únicos que valen; vacío, cualquiera.
    """

    ejemplo: str
    textos: tuple[int, int] = (0, 0)
    claves: tuple[str, ...] = ()
    largo: int = 1
    textos_validos: frozenset[str] = frozenset()


FORMAS = {
    "skip": Forma('skip(reason="por qué no puede ejecutarse")', claves=("reason",)),
    "falla": Forma('falla("ModuleNotFoundError: No module")', (1, 1), largo=6),
    "sin_orden": Forma("sin_orden"),
    "servicio": Forma('servicio("Serving on")', (1, 1)),
    "resalta": Forma('resalta("retries=3", "desde esta … hasta esta")', (1, 20)),
    "prueba": Forma('prueba("tests/paginas/test_reintentos.py")', (1, 1)),
    "varia": Forma(
        'varia("duración")',
        (1, 20),
        textos_validos=mascaras.DECLARABLES,
    ),
}


@dataclass(frozen=True)
class Marca:
    """Una marca leída: la de una salida esperada o una de `FORMAS`."""

    nombre: str
    origen: Origen
    args: tuple[str, ...] = ()
    kwargs: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"<!--{SALIDA_ESCRITA}-->" if self.nombre == SALIDA else self.nombre


class MarcaRota(Exception):
    """Una marca que no se entiende: qué le pasa y cómo se escribe."""

    def __init__(self, que: str, remedio: str) -> None:
        super().__init__(que, remedio)


def leer_marcas(
    lineas: list[Linea], vallas: list[Valla]
) -> tuple[dict[int, Marca], list[Problema]]:
    """Lee las marcas de una página.

    Returns:
        Las marcas, cada una en su línea del texto expandido, y lo que está mal.
    """
    marcas: dict[int, Marca] = {}
    problemas = []
    textos = [tapar_codigo(texto) for texto in sin_vallas(lineas, vallas)]
    for numero, comentario in comentarios(textos):
        origen = origen_de(lineas, numero)
        try:
            if marca := interpretar(comentario, textos[numero], origen):
                marcas[numero] = marca
        except MarcaRota as rota:
            problemas.append(Problema(origen, *rota.args))
    return marcas, problemas


def origen_de(lineas: list[Linea], numero: int) -> Origen:
    """De dónde viene una línea o, si está en blanco, la más cercana que no lo está."""
    antes, despues = reversed(lineas[: numero + 1]), lineas[numero + 1 :]
    return next(origen for _, origen in (*antes, *despues) if origen)


def tapar_codigo(texto: str) -> str:
    """La línea sin sus tramos de código en línea, pero igual de larga."""
    return TRAMO_DE_CODIGO.sub(lambda tramo: "·" * len(tramo[0]), texto)


def comentarios(textos: list[str]) -> Iterator[tuple[int, str]]:
    """Los comentarios, con su línea, y lo que parece uno a medio escribir."""
    junto = "\n".join(textos)
    saltos = [n for n, letra in enumerate(junto) if letra == "\n"]
    for hallado in COMENTARIO.finditer(junto):
        yield bisect(saltos, hallado.start() - 1), hallado[0]
    resto = COMENTARIO.sub(lambda c: re.sub(r"[^\n]", " ", c[0]), junto)
    for numero, texto in enumerate(resto.split("\n")):
        if A_MEDIAS.search(texto):
            yield numero, texto.strip()


def nombra_a_pytest(comentario: str) -> bool:
    """Si un comentario quiere ser una marca, aunque tenga una errata."""
    palabras = re.findall(r"[a-z]+", comentario.casefold())
    conocidas = ("pytest", "codeblocks", "expected")
    return any(get_close_matches(p, conocidas, 1, 0.8) for p in palabras)


def interpretar(comentario: str, linea: str, origen: Origen) -> Marca | None:
    """La marca que escribe un comentario; ninguna, si es un comentario cualquiera.

    Raises:
        MarcaRota: si quiere ser una marca y no lo es.
    """
    principio = comentario.split("\n")[0][:60]
    if not (comentario.startswith("<!--") and comentario.endswith("-->")):
        que = f"un comentario o una marca sin terminar: «{principio}»"
        raise MarcaRota(que, "escríbelo entero en su línea, así: <!--…-->.")
    if not nombra_a_pytest(comentario):
        return None
    if linea.lstrip(" \t>").rstrip() != comentario:
        que = f"la marca «{principio}» no está sola en su línea"
        raise MarcaRota(que, "pon cada marca en una línea, sin nada más.")
    escrita = comentario.removeprefix("<!--").removesuffix("-->")
    if escrita == SALIDA_ESCRITA:
        return Marca(SALIDA, origen)
    if set(escrita) & set("“”‘’«»") and '"' not in escrita:
        que = f"la marca «{principio}» lleva comillas tipográficas"
        raise MarcaRota(que, 'usa comillas rectas: ".')
    return evaluar(escrita, origen)


def evaluar(escrita: str, origen: Origen) -> Marca:
    """La marca que dice una expresión, que se analiza sin ejecutarla.

    Raises:
        MarcaRota: si no es una de `FORMAS`, o no se escribe así.
    """
    hallada = EXPRESION.match(escrita)
    if not hallada or escrita != escrita.strip():
        que = f"no se entiende <!--{escrita}-->"
        raise MarcaRota(que, f"las marcas son <!--{SALIDA_ESCRITA}--> y {modelos()}.")
    nombre = hallada[1]
    if nombre not in FORMAS:
        que = f"no existe la marca «{nombre}»"
        raise MarcaRota(que, sugerencia(nombre, FORMAS))
    try:
        marca = Marca(nombre, origen, *argumentos(escrita))
    except (SyntaxError, ValueError):
        marca = None
    if marca is None or not cumple(marca, FORMAS[nombre]):
        que = f"la marca «{nombre}» no se escribe así: <!--{escrita}-->"
        raise MarcaRota(que, explicar(FORMAS[nombre]))
    return marca


def argumentos(escrita: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Los argumentos literales de la expresión `pytest.mark.nombre(…)`.

    Raises:
        ValueError: si no lo es, o alguno no es un literal.
    """
    nodo = ast.parse(escrita, mode="eval").body
    funcion = nodo.func if isinstance(nodo, ast.Call) else nodo
    if not EXPRESION.fullmatch(ast.unparse(funcion)):
        raise ValueError(escrita)
    if funcion is nodo:
        return (), {}
    posicionales = tuple(ast.literal_eval(arg) for arg in nodo.args)
    return posicionales, {str(c.arg): ast.literal_eval(c.value) for c in nodo.keywords}


def cumple(marca: Marca, forma: Forma) -> bool:
    """Si los argumentos de una marca son los que pide su forma."""
    minimo, maximo = forma.textos
    textos = [*marca.args, *marca.kwargs.values()]
    return (
        minimo <= len(marca.args) <= maximo
        and tuple(marca.kwargs) == forma.claves
        and all(isinstance(t, str) and len(t.strip()) >= forma.largo for t in textos)
        and (not forma.textos_validos or forma.textos_validos.issuperset(marca.args))
    )


def explicar(forma: Forma) -> str:
    """Cómo se escribe una marca, para quien la ha escrito mal."""
    partes = [f"escríbela así: <!--pytest.mark.{forma.ejemplo}-->"]
    if forma.largo > 1:
        partes.append(f"con {forma.largo} letras o más del error que se espera")
    if forma.textos_validos:
        partes.append(f"con alguno de {', '.join(sorted(forma.textos_validos))}")
    return ", ".join(partes) + "."


def modelos() -> str:
    return ", ".join(f"<!--pytest.mark.{forma.ejemplo}-->" for forma in FORMAS.values())
