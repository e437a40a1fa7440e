"""La chuleta de la orden `prefect`: qué órdenes enseña la guía, con qué opciones y dónde.

Las órdenes y sus opciones se leen de las páginas, y sus argumentos, de la CLI instalada. Lo
único que se escribe a mano es qué hace cada una, en `chuleta.toml`.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from motor.prefect_por_dentro import orden_prefect
from motor.rutas import DOCS, SNIPPETS
from verificador.menu import en_orden, titulo
from verificador.pagina import Pagina
from verificador.prosa import biblioteca, evidencias, fuentes
from verificador.texto import sitio_configurado
from verificador.vallas import sin_vallas

if TYPE_CHECKING:
    from cyclopts import App

DATOS = Path(__file__).with_suffix(".toml")
CARPETA = SNIPPETS / "referencia" / "cli"
PAGINA = DOCS / "referencia" / "cli.md"
# La única que nombra órdenes que no existen: es de lo que trata.
DE_ANTES = DOCS / "produccion" / "lo-que-ya-no-existe.md"
DOCUMENTACION = "https://docs.prefect.io/v3/api-ref/cli/"
# La propia orden, de la que son las opciones que van delante: `prefect -p nube config view`.
RAIZ = ""

EMPIEZA = r"(?P<principio>^[ \t]*(?:\S*[/\\])?)?(?<![\w.-])prefect(?:\.exe)?[ \t]+"
ORDEN = re.compile(EMPIEZA + r"(?=(?P<resto>[a-z-][^\n]*))", re.MULTILINE)
SIGUE = re.compile(r"[\\`][ \t]*\n[ \t]*")  # la línea que sigue en la de abajo
SUSTITUCION = re.compile(r"\$\([^()]*\)")
EN_LINEA = re.compile(r"(`+)(?!`)(?P<codigo>.*?)(?<!`)\1(?!`)")
TERMINALES = ("bash", "powershell")
FIN_DE_ORDEN = set("();<>|&")


@dataclass(frozen=True)
class Uso:
    """Una orden escrita en la guía.

    Attributes:
        orden: sin `prefect`: `work-pool create`. Vacía, la propia `prefect`.
        opciones: las que lleva, como están escritas.
        pagina: dónde.
        ancla: la de su sección; vacía, si está antes de la primera.
        peso: 0 si se teclea, 1 si la dice otro bloque (un programa, un archivo) y 2 si la dice
            el texto.
        falta: lo que la CLI instalada no entiende de ella; vacío, si lo entiende todo.
    """

    orden: str
    opciones: tuple[str, ...]
    pagina: Path
    ancla: str = ""
    peso: int = 0
    falta: str = ""

    @property
    def enlace(self) -> str:
        """La dirección de su sección, desde docs/referencia/."""
        return f"../{self.pagina.relative_to(DOCS)}" + (self.ancla and f"#{self.ancla}")


@dataclass
class Fila:
    """Lo que la chuleta dice de una orden.

    Attributes:
        uso: dónde se enseña: la primera página que la ejecuta o, si ninguna, que la nombra;
            entre iguales, la que prefiere su grupo.
        opciones: las que usa la guía, con el primer sitio de cada una.
    """

    uso: Uso
    opciones: dict[str, Uso] = field(default_factory=dict)


@dataclass(frozen=True)
class Grupo:
    """Unas órdenes que sirven para lo mismo.

    Attributes:
        titulo: para qué sirven.
        ancla: la de su encabezado.
        ordenes: lo que hace cada una.
        prefiere: la página, vista desde docs/, a la que llevan si la usa, aunque otra la use
            antes: la que las explica.
    """

    titulo: str
    ancla: str
    ordenes: dict[str, str]
    prefiere: str = ""


@cache
def grupos() -> list[Grupo]:
    """Lo que está escrito a mano de cada orden, en el orden en que se publica."""
    return [
        Grupo(**grupo) for grupo in tomllib.loads(DATOS.read_text("utf-8"))["grupo"]
    ]


@cache
def de_los_demas() -> dict[str, str]:
    """Lo que está escrito a mano de cada grupo de la CLI que la guía no usa."""
    return tomllib.loads(DATOS.read_text("utf-8"))["sin_usar"]


def dichas() -> list[str]:
    """Las órdenes de las que está escrito qué hacen."""
    return [orden for grupo in grupos() for orden in grupo.ordenes]


# Lo que se lee de las páginas.


def filas(leidas: list[Pagina]) -> dict[str, Fila]:
    """Cada orden que enseña la guía y existe, con lo que se dice de ella."""
    preferidas = {o: DOCS / g.prefiere for g in grupos() for o in g.ordenes}
    halladas: dict[str, Fila] = {}
    buenos = [uso for uso in usos(leidas) if not uso.falta]
    for uso in sorted(
        buenos, key=lambda u: (u.peso, u.pagina != preferidas.get(u.orden))
    ):
        halladas.setdefault(uso.orden, Fila(uso))
    for uso in sorted(buenos, key=lambda u: u.peso):
        for opcion in uso.opciones:
            halladas[uso.orden].opciones.setdefault(opcion, uso)
    return halladas


def desajustes(halladas: dict[str, Fila]) -> list[str]:
    """Lo que la guía enseña y no está escrito en chuleta.toml, y al revés."""
    nuevas = [fila.uso for orden, fila in halladas.items() if orden not in dichas()]
    viejas = [orden for orden in dichas() if orden not in halladas]
    demas = [g for g in sin_usar({*halladas}) if g not in de_los_demas()]
    return [
        *(f"falta «{u.orden}», que enseña {u.pagina.name}#{u.ancla}" for u in nuevas),
        *(f"sobra «{orden}»: ninguna página la enseña" for orden in viejas),
        *(f"falta «{grupo}», en [sin_usar]: la guía no la usa" for grupo in demas),
    ]


def usos(leidas: list[Pagina]) -> list[Uso]:
    """Las órdenes que escribe la guía, en el orden en que se lee.

    No cuentan las de esta página, que las repite todas, ni las citas de las fuentes.
    """
    menu = list(en_orden(sitio_configurado().nav))
    suyas = {pagina.ruta: pagina for pagina in leidas}
    for ruta in (PAGINA, fuentes.PAGINA):
        suyas.pop(ruta, None)
    return [uso for ruta in menu if ruta in suyas for uso in de_una_pagina(suyas[ruta])]


def de_una_pagina(pagina: Pagina) -> Iterator[Uso]:
    """Las de los bloques de una página, que no sean salidas ni pruebas, y las de su texto."""
    secciones = evidencias.secciones(pagina)

    def lugar(linea: int) -> dict[str, object]:
        dentro = [ancla for ancla, tramo in secciones.items() if linea in tramo]
        return {"pagina": pagina.ruta, "ancla": dentro[-1] if dentro else ""}

    for clase, valla in pagina.vallas:
        if clase not in ("salida", "prueba"):
            for orden, opciones, falta in ordenes_en(valla.codigo):
                peso = int(valla.lenguaje not in TERMINALES)
                yield Uso(
                    orden, opciones, **lugar(valla.inicio), peso=peso, falta=falta
                )
    vallas = [valla for _, valla in pagina.vallas]
    for numero, linea in enumerate(sin_vallas(pagina.texto, vallas)):
        for codigo in EN_LINEA.finditer(linea):
            for orden, opciones, falta in ordenes_en(codigo["codigo"].strip()):
                sitio = lugar(numero)
                yield Uso(orden, opciones, **sitio, peso=2, falta=falta)


def ordenes_en(texto: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Las órdenes `prefect` de un texto: su nombre, sus opciones y lo que sobra en ellas.

    Lo que empieza por `prefect` y sigue con otra palabra, como `pip install prefect pandas`,
    solo es una orden que no existe si está al principio de su línea.
    """
    seguido = SUSTITUCION.sub("$", SIGUE.sub(" ", texto))
    for hallada in ORDEN.finditer(seguido):
        palabras = list(hasta_el_final(hallada["resto"]))
        for orden, opciones, falta in leer_orden(palabras):
            if not falta or orden or hallada["principio"] is not None:
                yield orden, opciones, falta


def hasta_el_final(resto: str) -> Iterator[str]:
    """Las palabras de una orden, como las separa la terminal, hasta lo que la cierra."""
    lector = shlex.shlex(resto, posix=True, punctuation_chars="".join(FIN_DE_ORDEN))
    lector.commenters = "#"
    try:
        for palabra in lector:
            if set(palabra) <= FIN_DE_ORDEN:
                return
            yield palabra
    except ValueError:  # unas comillas sin cerrar: es solo un trozo
        return


def leer_orden(palabras: list[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """La orden que dicen unas palabras; y la propia `prefect`, si lleva opciones de todas."""
    delante = []
    while palabras and palabras[0].startswith("-"):
        delante.append(palabras.pop(0))
        if delante[-1] in biblioteca.CON_VALOR and palabras:
            palabras.pop(0)
    orden, app = [], orden_prefect()
    while palabras and palabras[0] in biblioteca.subordenes(app):
        orden.append(palabras.pop(0))
        app = app[orden[-1]]
    suyas = biblioteca.opciones(app)
    propias = [o for o in opciones_de(palabras) if o not in biblioteca.DE_TODAS - suyas]
    de_todas = [*delante, *(o for o in opciones_de(palabras) if o not in propias)]
    if de_todas:
        yield RAIZ, opciones_de(de_todas), biblioteca.falta_en_la_orden(de_todas)
    if not biblioteca.es_grupo(app):
        falta = biblioteca.falta_en_la_orden([*orden, *palabras])
        yield " ".join(orden), tuple(propias), falta
    elif palabras and re.fullmatch(r"[a-z][a-z-]*", palabras[0]):
        yield " ".join(orden), (), palabras[0]


def opciones_de(palabras: list[str]) -> tuple[str, ...]:
    return tuple(p.partition("=")[0] for p in palabras if re.match(r"--?[a-zA-Z]", p))


# Lo que se lee de la CLI.


def buscar(orden: str) -> "App":
    """La orden de la CLI que se llama así.

    Raises:
        KeyError: si no la hay.
    """
    app = orden_prefect()
    for palabra in orden.split():
        app = app[palabra]
    return app


def sin_usar(usadas: set[str]) -> list[str]:
    """Los grupos de la CLI de los que la guía no usa ninguna orden, sin sus otros nombres."""
    raiz = orden_prefect()
    primeras = {orden.split()[0] for orden in usadas if orden}
    nombres = dict.fromkeys(
        raiz[n].name[0] for n in biblioteca.subordenes(raiz) if raiz[n].show
    )
    return [n for n in nombres if not primeras & {*raiz[n].name}]


def argumentos(app: "App") -> str:
    """Los que van sin nombre, como los llama `--help`: entre corchetes, los que sobran."""
    escritos = []
    for argumento in biblioteca.argumentos(app):
        if argumento.index is None:
            continue
        nombre = argumento.names[0].lstrip("-").upper().replace("-", "_")
        escritos.append(f" {nombre}" if argumento.required else f" [{nombre}]")
    return "".join(escritos)


def ayuda(app: "App") -> str:
    """La primera frase de lo que la propia CLI dice de una orden."""
    primera = re.split(r"\n\s*\n|(?<=\.)\s", (app.help or "").strip())[0]
    return re.sub(r"\s+", " ", primera).replace('"', "'")


# Lo que se publica.


def generadas(leidas: list[Pagina]) -> dict[Path, str]:
    """Los archivos que se escriben a partir de las páginas y de la CLI, con su texto."""
    halladas = filas(leidas)
    return {
        CARPETA / "ordenes.md": ordenes(halladas),
        CARPETA / "sin_usar.md": lista_sin_usar(set(halladas)),
    }


def ordenes(halladas: dict[str, Fila]) -> str:
    """Cada grupo con sus órdenes: las que están escritas y enseña la guía."""
    return "\n".join(
        f"## {grupo.titulo} {{ #{grupo.ancla} }}\n\n"
        + "\n".join(
            entrada(halladas[orden], dice)
            for orden, dice in grupo.ordenes.items()
            if orden in halladas
        )
        for grupo in grupos()
    )


def entrada(fila: Fila, dice: str) -> str:
    """Una orden: cómo se escribe, qué hace, dónde se enseña y con qué opciones."""
    app = buscar(fila.uso.orden)
    escrita = f"prefect {fila.uso.orden}".strip() + argumentos(app)
    donde = f" →&nbsp;[{titulo(fila.uso.pagina)}]({fila.uso.enlace})"
    con = ", ".join(
        f"[`{o}`]({uso.enlace})" for o, uso in sorted(fila.opciones.items())
    )
    return (
        f'`{escrita}`{{ title="{ayuda(app)}" }}\n'
        f":   {dice}{donde if fila.uso.orden else ''}\n"
        + (f"    <br>Opciones: {con}.\n" if con else "")
    )


def lista_sin_usar(usadas: set[str]) -> str:
    """Los grupos que la guía no usa, cada uno con su documentación."""
    return "".join(
        f"- [`prefect {grupo}`]({DOCUMENTACION}{grupo}): "
        f"{de_los_demas().get(grupo) or f'*{ayuda(buscar(grupo))}*'}\n"
        for grupo in sin_usar(usadas)
    )
