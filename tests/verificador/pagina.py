"""Lee una página como la leerá la web y saca de ella sus bloques de código.

Los `--8<--` los expande pymdownx.snippets y las vallas las reconoce pymdownx.superfences,
con las opciones de mkdocs.yml: lo que se ejecuta es lo que se publica. Las marcas y las
salidas esperadas las interpreta pytest-codeblocks.
"""

import copy
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.utils import meta
from pymdownx.snippets import SnippetPreprocessor, makeExtension
from pytest_codeblocks import CodeBlock, extract_from_buffer

RAIZ = Path(__file__).resolve().parents[2]
SNIPPETS = RAIZ / "snippets"
DOCS = RAIZ / "docs"

PYTHON = {"python", "py", "python3"}
MARCAS = {"skip", "falla", "sin_orden", "servicio", "varia"}
SHELL = {"bash", "sh", "shell"}
SEPARADOR = "\x1f"  # entre una línea y su origen; no puede aparecer en un texto
FIGURAS = (".grafo.svg", ".cronograma.svg", ".captura.md", ".cast")
PENDIENTE = "(pendiente de ejecutar)\n"
VALLA = "`" * 20  # más larga que cualquiera que haya dentro de un bloque


class Origen(NamedTuple):
    """De qué línea de qué fichero viene una línea publicada."""

    fichero: Path
    linea: int

    def __str__(self) -> str:
        return f"{relativa(self.fichero)}:{self.linea}"


@dataclass
class Valla:
    """Un bloque de código tal como lo entiende la web."""

    inicio: int  # primera línea en el texto expandido, desde 0
    fin: int
    lenguaje: str
    titulo: str | None
    codigo: str
    origenes: list[Origen | None]
    origen: Origen

    @property
    def ficheros(self) -> set[Path]:
        """Los ficheros de snippets/ de los que sale su texto."""
        return {o.fichero for o in self.origenes if o and SNIPPETS in o.fichero.parents}


@dataclass
class Bloque:
    """Una valla con lo que pytest-codeblocks sabe de ella: marcas y salida esperada."""

    valla: Valla
    marcas: dict[str, pytest.Mark] = field(default_factory=dict)
    salida: Valla | None = None
    figuras: list[Path] = field(default_factory=list)  # lo que se dibuja al ejecutarlo

    @property
    def linea(self) -> int:
        return self.valla.origen.linea

    @property
    def motivo(self) -> str:
        """Por qué no se ejecuta un bloque ilustrativo."""
        return self.marcas["skip"].kwargs.get("reason", "").strip()

    @property
    def declarados(self) -> tuple[str, ...]:
        """Lo que la página dice que varía en lo que imprime su programa."""
        return self.marcas["varia"].args if "varia" in self.marcas else ()

    @property
    def clase(self) -> str:
        """Qué se hace con él: `ejecutado`, `fichero`, `ilustrativo` o `sin clase`."""
        if "skip" in self.marcas:
            return "ilustrativo"
        if self.valla.lenguaje in PYTHON | SHELL:
            return "ejecutado"
        if self.valla.titulo:
            return "fichero"
        return "sin clase"


@dataclass
class Pagina:
    """Una página: sus bloques, en orden, y lo que declara para su verificación."""

    ruta: Path
    bloques: list[Bloque]
    incluidos: set[Path]
    verificacion: dict[str, str]
    capturas: dict[str, object]

    @property
    def vallas(self) -> Iterator[tuple[str, Valla]]:
        """Todas las vallas publicadas con su clase, en el orden de la página."""
        todas = [(bloque.clase, bloque.valla) for bloque in self.bloques]
        todas += [("salida", b.salida) for b in self.bloques if b.salida]
        return iter(sorted(todas, key=lambda par: par[1].inicio))


def relativa(ruta: Path) -> Path:
    return ruta.relative_to(RAIZ) if ruta.is_relative_to(RAIZ) else ruta


def paginas() -> list[Path]:
    """Lo que se publica con código: la web y el README."""
    return [*sorted(DOCS.rglob("*.md")), RAIZ / "README.md"]


@cache
def configuracion() -> Markdown:
    """El Markdown de la web, con las extensiones y opciones de mkdocs.yml."""
    sitio = load_config(str(RAIZ / "mkdocs.yml"))
    md = Markdown(
        extensions=sitio.markdown_extensions, extension_configs=sitio.mdx_configs
    )
    md.opciones_de_snippets = sitio.mdx_configs["pymdownx.snippets"]
    return md


class Expansor(SnippetPreprocessor):
    """Expande los `--8<--` como la web, sin perder de dónde viene cada línea."""

    def __init__(self, crear_salidas: bool) -> None:
        md = configuracion()
        opciones = makeExtension(**md.opciones_de_snippets).getConfigs()
        bases = opciones["base_path"]
        bases = [bases] if isinstance(bases, str) else bases
        super().__init__({**opciones, "base_path": [str(RAIZ / b) for b in bases]}, md)
        self.crear_salidas = crear_salidas
        self.seen: set[str] = set()
        self.ficheros: set[Path] = set()

    def get_snippet_path(self, path: str) -> str | None:
        ruta = SNIPPETS / path
        if (
            self.crear_salidas
            and path.endswith((".txt", *FIGURAS))
            and not ruta.exists()
        ):
            ruta.write_text(PENDIENTE)
        return super().get_snippet_path(path)

    def read_lines(self, path: str) -> list[str]:
        self.ficheros.add(Path(path))
        return self.anotar(super().read_lines(path), Path(path))

    def anotar(self, lineas: list[str], fichero: Path, desde: int = 1) -> list[str]:
        """Añade su origen a cada línea que no sea notación ni esté en blanco."""
        notacion = self.get_syntax_mask(lineas)
        return [
            linea
            if not linea.strip() or es_notacion
            else f"{linea}{SEPARADOR}{fichero}{SEPARADOR}{numero}"
            for numero, (linea, es_notacion) in enumerate(
                zip(lineas, notacion, strict=True), desde
            )
        ]

    def expandir(
        self, texto: str, fichero: Path, desde: int
    ) -> list[tuple[str, Origen | None]]:
        """Devuelve las líneas publicadas, cada una con su origen.

        Raises:
            SnippetMissingError: si falta un fichero o una sección incluidos.
        """
        anotadas = self.anotar(texto.split("\n"), fichero, desde)
        return [separar(linea) for linea in self.parse_snippets(anotadas)]


def separar(linea: str) -> tuple[str, Origen | None]:
    texto, *origen = linea.split(SEPARADOR)
    return texto, Origen(Path(origen[0]), int(origen[1])) if origen else None


def reconocer_vallas(lineas: list[tuple[str, Origen | None]]) -> list[Valla]:
    """Encuentra los bloques de código con el analizador de la web."""
    vallas: list[Valla] = []
    analizador = copy.copy(configuracion().preprocessors["fenced_code_block"])

    def anotar_valla(_espacio: str, _contenido: str, inicio: int, fin: int) -> None:
        titulo = analizador.options.get("title") or analizador.attrs.get("title")
        origen = next(o for _, o in reversed(lineas[: inicio + 1]) if o)
        vallas.append(
            Valla(
                inicio,
                fin,
                analizador.lang or "",
                titulo,
                "".join(
                    f"{analizador.rebuild_block([li])}\n" for li in analizador.code
                ),
                [o for _, o in lineas[inicio + 1 : fin - 1]],
                origen,
            )
        )
        analizador.clear()

    analizador.process_nested_block = anotar_valla
    analizador.run([texto for texto, _ in lineas])
    return vallas


def evaluar(marcas: list[str]) -> dict[str, pytest.Mark]:
    """Las marcas de un bloque, que son expresiones de Python, como en pytest-codeblocks.

    Raises:
        RuntimeError: si alguna no es de `MARCAS`; `xfail`, por ejemplo, dejaría pasar
            cualquier error.
    """
    evaluadas = [eval(marca, {"pytest": pytest}) for marca in marcas]
    for marca in evaluadas:
        if marca.name not in MARCAS:
            raise RuntimeError(f"la marca «{marca.name}» no es de {sorted(MARCAS)}")
    return {marca.name: marca.mark for marca in evaluadas}


def extraer_bloques(lineas: list[str], vallas: list[Valla]) -> list[CodeBlock]:
    """Da a pytest-codeblocks el texto con vallas que sabe leer, numeradas."""
    entregadas = [linea if "<!--" in linea else "" for linea in lineas]
    for numero, valla in enumerate(vallas):
        entregadas[valla.inicio] = f"{VALLA}{numero}"
        entregadas[valla.inicio + 1 : valla.fin - 1] = valla.codigo.splitlines()
        entregadas[valla.fin - 1] = VALLA
    return extract_from_buffer(io.StringIO("\n".join(entregadas) + "\n"))


def repartir_figuras(
    lineas: list[tuple[str, Origen | None]], bloques: list[Bloque]
) -> None:
    """Asigna cada figura a la orden que la precede o, si no hay, a la primera que la sigue.

    Raises:
        RuntimeError: si la página no tiene órdenes.
    """
    ordenes = [b for b in bloques if b.clase == "ejecutado" and not b.valla.titulo]
    for numero, (_, origen) in enumerate(lineas):
        if origen is None or not origen.fichero.name.endswith(FIGURAS):
            continue
        if not ordenes:
            raise RuntimeError(f"{origen.fichero.name}: ninguna orden la produce")
        previas = [b for b in ordenes if b.valla.inicio < numero]
        figuras = (previas[-1] if previas else ordenes[0]).figuras
        if origen.fichero not in figuras:
            figuras.append(origen.fichero)


def leer_pagina(ruta: Path, crear_salidas: bool = False) -> Pagina:
    """Lee una página.

    Args:
        ruta: el fichero Markdown.
        crear_salidas: si falta una salida esperada, la crea vacía (para actualizarlas).

    Raises:
        SnippetMissingError: si incluye un fichero o una sección que no existe.
        RuntimeError: si una marca no es de las previstas, o si una marca o una figura no
            tienen bloque.
    """
    original = ruta.read_text("utf-8")
    texto, cabecera = meta.get_data(original)
    expansor = Expansor(crear_salidas)
    desde = original.count("\n") - texto.count("\n") + 1
    lineas = expansor.expandir(texto, ruta, desde)
    vallas = reconocer_vallas(lineas)
    bloques: list[Bloque] = []
    extraidos = extraer_bloques([texto for texto, _ in lineas], vallas)
    propias = {int(extraido.syntax): extraido for extraido in extraidos}
    for numero, valla in enumerate(vallas):
        if numero in propias:
            bloques.append(Bloque(valla, evaluar(propias[numero].marks)))
        elif bloques and bloques[-1].salida is None:
            bloques[-1].salida = valla
    repartir_figuras(lineas, bloques)
    for bloque in bloques:
        if "sin_orden" in bloque.marcas and not bloque.salida:
            raise RuntimeError(
                f"{bloque.valla.origen}: «sin_orden» va antes de la orden, no de su salida"
            )
    return Pagina(
        ruta,
        bloques,
        expansor.ficheros,
        cabecera.get("verificacion") or {},
        cabecera.get("capturas") or {},
    )
