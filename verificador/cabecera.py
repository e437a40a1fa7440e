"""La cabecera de una página: lo que declara en YAML, antes del texto."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from mkdocs.utils import meta
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from verificador.figuras.capturas import Captura
from verificador.figuras.esquema import Esquema
from verificador.origen import Origen
from verificador.problemas import PaginaRota, Problema, exigir, sugerencia

# Qué escribir ante cada clase de error de pydantic.
PISTAS = {
    "invalid_key": "escribe un texto como clave",
    "bool_type": "escribe true o false",
    "list_type": "escribe una lista: [uno, dos]",
    "dict_type": "escribe debajo sus claves, sangradas",
    "model_type": "escribe debajo sus claves, sangradas",
    "string_type": "escribe un texto entre comillas",
    "string_too_short": "alarga el texto: di lo que se ve",
    "too_short": "escribe al menos un elemento",
    "greater_than": "escribe un número mayor que 0",
    "float_type": "escribe un número, sin comillas",
}


class Estricto(BaseModel, frozen=True, extra="forbid", strict=True):
    """Un trozo de cabecera: lo que no está aquí no se admite."""


def dentro(carpeta: str) -> str:
    """Comprueba que una carpeta es relativa y no se sale del proyecto."""
    if Path(carpeta).is_absolute() or ".." in Path(carpeta).parts:
        pista = "escribe una carpeta relativa a la raíz, sin «..»"
        raise PydanticCustomError("fuera", pista)
    return carpeta


class Verificacion(Estricto):
    """Cómo se repasa la página; lo que no se dice es lo que hace `Terminal`.

    Attributes:
        servidor: si hay un servidor de Prefect y la terminal apunta a él.
        carpeta: dónde empieza la terminal, relativa a la raíz.
        limite_s: lo que puede tardar cada orden, en segundos.
        tty: si las órdenes se teclean en una terminal de verdad.
        instalada: si el lector ya ha seguido la página de instalación.
        solo_kit: si todavía no tiene la carpeta del proyecto, solo el kit que la trae.
        puertos: los que usa además del de Prefect: la variable de entorno que los cambia,
            y el que se lee en la página.
        programas: los del sistema que teclea y «make test» no exige: sus bloques los
            ejecuta «make test-figuras».
    """

    servidor: Literal["encendido", "apagado"] = "encendido"
    carpeta: Annotated[str, AfterValidator(dentro)] | None = None
    limite_s: float | None = Field(None, gt=0)
    tty: bool = False
    instalada: bool = True
    solo_kit: bool = False
    puertos: dict[str, int] = {}
    programas: list[str] = []

    def opciones(self) -> dict[str, Any]:
        """Lo declarado, como lo pide `Terminal`."""
        declaradas = self.model_dump(exclude_unset=True, exclude={"programas"})
        return declaradas | {"servidor": self.servidor == "encendido"}


def nombrar(capturas: object) -> object:
    """Cada captura lleva dentro su nombre, que en la cabecera es su clave."""
    if not isinstance(capturas, dict):
        return capturas
    return {
        nombre: {"nombre": nombre, **datos} if isinstance(datos, dict) else datos
        for nombre, datos in capturas.items()
    }


class Cabecera(Estricto):
    """Lo que puede declarar una página: lo nuestro, y lo de MkDocs y su tema."""

    verificacion: Verificacion = Verificacion()
    capturas: Annotated[dict[str, Captura], BeforeValidator(nombrar)] = {}
    esquemas: dict[str, Esquema] = {}
    minutos: int | None = Field(None, gt=0)  # los enseña la plantilla
    title: str | None = None
    description: str | None = None
    icon: str | None = None
    status: str | None = None
    subtitle: str | None = None
    template: str | None = None
    hide: list[Literal["navigation", "toc", "path", "footer", "feedback", "tags"]] = []
    search: dict[Literal["boost", "exclude"], float | bool] = {}


@dataclass(frozen=True)
class Leida:
    """Una cabecera leída.

    Attributes:
        datos: lo que dice, comprobado.
        capturas: las declaraciones de las capturas, tal como están escritas.
        cuerpo: el texto de la página, sin la cabecera.
        desde: el número de la primera línea del cuerpo.
        lineas: en qué línea está cada clave, por su camino.
    """

    datos: Cabecera
    capturas: dict[str, object]
    cuerpo: str
    desde: int
    lineas: dict[tuple[str, ...], int] = field(default_factory=dict)


def leer_cabecera(texto: str, ruta: Path) -> Leida:
    """Separa la cabecera de una página de su texto, y la comprueba.

    Raises:
        PaginaRota: si MkDocs no la tomaría por cabecera, no es YAML o declara lo que no
            se conoce.
    """
    exigir(cabecera_que_no_se_ve(texto, ruta))
    cuerpo, crudos = meta.get_data(texto)
    lineas: dict[tuple[str, ...], int] = {}
    if hallada := meta.YAML_RE.match(texto):
        lineas = analizar(hallada[1], ruta)
    datos = validar(crudos, lineas, ruta)
    desde = texto.count("\n") - cuerpo.count("\n") + 1
    return Leida(datos, crudos.get("capturas") or {}, cuerpo, desde, lineas)


def cabecera_que_no_se_ve(texto: str, ruta: Path) -> Iterator[Problema]:
    """La cabecera que MkDocs publicaría como texto, y el texto que tomaría por cabecera."""
    leida = meta.YAML_RE.match(texto)
    cuerpo = texto[leida.end() :] if leida else texto
    desde = len(texto) - len(cuerpo.lstrip())
    principio = cuerpo.lstrip().split("\n", 1)[0]
    if re.match(r"(-{2,}|—+|\+{3})(\s|$)", principio):
        lugar = Origen(ruta, texto.count("\n", 0, desde) + 1)
        que = "la cabecera no se reconoce y se publicaría como texto"
        remedio = (
            "es una sola, empieza en la primera línea, y antes y después lleva una línea "
            "con «---», sin nada más."
        )
        yield Problema(lugar, que, remedio)
    elif not leida and meta.META_RE.match(texto.split("\n", 1)[0]):
        que = f"MkDocs tomaría por cabecera la primera línea, «{principio}»"
        remedio = "empieza la página con su título, «# …»."
        yield Problema(Origen(ruta, 1), que, remedio)


def analizar(escrita: str, ruta: Path) -> dict[tuple[str, ...], int]:
    """En qué línea está cada clave de una cabecera, por su camino.

    Raises:
        PaginaRota: si no es YAML, no son claves con su valor o alguna se repite.
    """
    try:
        yaml.load(escrita, yaml.SafeLoader)  # lo que MkDocs no puede leer, lo publica
        raiz = yaml.compose(escrita, yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        marca = getattr(error, "problem_mark", None)
        linea = marca.line + 2 if marca else 1
        que = f"la cabecera no es YAML válido ({getattr(error, 'problem', error)})"
        remedio = "revisa los dos puntos, las comillas y el sangrado de esa línea."
        exigir([Problema(Origen(ruta, linea), que, remedio)])
    if not isinstance(raiz, yaml.MappingNode):
        que = "la cabecera no es una lista de «clave: valor»"
        remedio = "escribe una clave por línea, o quita los «---»."
        exigir([Problema(Origen(ruta, 1), que, remedio)])
    lineas: dict[tuple[str, ...], int] = {}
    repetidas = list(recorrer(raiz, (), lineas))
    exigir(
        Problema(
            Origen(ruta, linea), f"la clave «{clave}» está repetida", "deja una sola."
        )
        for clave, linea in repetidas
    )
    return lineas


def recorrer(
    nodo: yaml.MappingNode, camino: tuple[str, ...], lineas: dict[tuple[str, ...], int]
) -> Iterator[tuple[str, int]]:
    """Apunta la línea de cada clave y devuelve las repetidas."""
    for clave, valor in nodo.value:
        propio = (*camino, str(clave.value))
        linea = clave.start_mark.line + 2  # la 1 es «---», y YAML cuenta desde 0
        if propio in lineas:
            yield propio[-1], linea
        lineas[propio] = linea
        if isinstance(valor, yaml.MappingNode):
            yield from recorrer(valor, propio, lineas)


def validar(
    crudos: dict[str, object], lineas: dict[tuple[str, ...], int], ruta: Path
) -> Cabecera:
    """La cabecera con su tipo.

    Raises:
        PaginaRota: si declara algo que no se admite.
    """
    dichos = {clave: valor for clave, valor in crudos.items() if valor is not None}
    try:
        return Cabecera.model_validate(dichos)
    except ValidationError as error:
        problemas = [traducir(fallo, lineas, ruta) for fallo in error.errors()]
        raise PaginaRota(problemas) from None


def traducir(
    fallo: ErrorDetails, lineas: dict[tuple[str, ...], int], ruta: Path
) -> Problema:
    """Un error de pydantic, con la línea de su clave."""
    camino = tuple(str(parte) for parte in fallo["loc"])
    prefijos = (camino[:n] for n in range(len(camino), 0, -1))
    linea = next((lineas[p] for p in prefijos if p in lineas), 1)
    que, remedio = explicar(fallo, camino)
    return Problema(Origen(ruta, linea), f"en la cabecera, {que}", remedio)


def explicar(fallo: ErrorDetails, camino: tuple[str, ...]) -> tuple[str, str]:
    """Qué está mal en una clave de la cabecera, y qué hacer."""
    nombre, donde = camino[-1], ".".join(camino)
    if fallo["type"] == "extra_forbidden":
        return f"nadie conoce la clave «{donde}»", sugerencia(nombre, claves(camino))
    if fallo["type"] == "missing":
        return f"falta «{donde}»", f"añade «{nombre}: …» con su valor."
    if fallo["type"] == "literal_error":
        pista = "vale: " + fallo["ctx"]["expected"].replace(" or ", " o ")
    else:
        pista = PISTAS.get(fallo["type"], fallo["msg"])
    return f"«{donde}» no puede ser {fallo['input']!r}", f"{pista}."


def claves(camino: tuple[str, ...]) -> list[str]:
    """Las claves que admite el trozo de cabecera donde está una."""
    modelos: dict[str, type[BaseModel]] = {
        "verificacion": Verificacion,
        "capturas": Captura,
        "esquemas": Esquema,
    }
    modelo = modelos.get(camino[0], Cabecera) if len(camino) > 1 else Cabecera
    return [clave for clave in modelo.model_fields if clave != "nombre"]
