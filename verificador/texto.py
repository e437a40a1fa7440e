"""El texto de una página tal como lo verá la web: sin inclusiones por expandir.

Los `--8<--` los expande pymdownx.snippets con las opciones de mkdocs.yml, sin perder de
qué archivo y de qué línea viene cada línea.
"""

import difflib
import re
from functools import cache
from pathlib import Path

from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from pymdownx.snippets import SnippetMissingError, SnippetPreprocessor, makeExtension

from motor.rutas import RAIZ, SNIPPETS
from verificador.figuras.clases import ClaseDeFigura
from verificador.origen import Origen, relativa
from verificador.problemas import PaginaRota, Problema

Linea = tuple[str, Origen | None]

SEPARADOR = "\x1f"  # entre una línea y su origen; `INVISIBLES` no lo deja entrar
GENERADOS = (".txt", *ClaseDeFigura)
PENDIENTE = "(pendiente de ejecutar)\n"
# No se ven, y Markdown o MkDocs los quitan o cortan con ellos la línea sin avisar.
INVISIBLES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe]"
)
MAL_INCLUIDO = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?[-–—;]*8<")


@cache
def sitio_configurado() -> MkDocsConfig:
    """La configuración de mkdocs.yml."""
    return load_config(str(RAIZ / "mkdocs.yml"))


@cache
def configuracion() -> Markdown:
    """El Markdown de la web, con las extensiones y opciones de mkdocs.yml."""
    return sin_extensiones(set())


def sin_extensiones(sobran: set[str]) -> Markdown:
    """El Markdown de la web sin algunas de sus extensiones."""
    sitio = sitio_configurado()
    quedan = [e for e in sitio.markdown_extensions if e not in sobran]
    opciones = {e: sitio.mdx_configs[e] for e in quedan if e in sitio.mdx_configs}
    return Markdown(extensions=quedan, extension_configs=opciones)


def leer_texto(ruta: Path) -> str:
    """Lee un archivo de texto como lo lee MkDocs, con los finales de línea de Unix.

    Raises:
        PaginaRota: si no es UTF-8 o tiene caracteres invisibles.
    """
    datos = ruta.read_bytes()
    try:
        texto = datos.decode("utf-8")
    except UnicodeDecodeError as error:
        lugar = Origen(ruta, datos[: error.start].count(b"\n") + 1)
        que = f"el byte {datos[error.start]:#04x} no es UTF-8"
        remedio = "guarda el archivo de nuevo con la codificación UTF-8."
        raise PaginaRota([Problema(lugar, que, remedio)]) from None
    texto = texto.replace("\r\n", "\n").replace("\r", "\n")
    if hallado := INVISIBLES.search(texto):
        lugar = Origen(ruta, texto.count("\n", 0, hallado.start()) + 1)
        raise PaginaRota([caracter_invisible(lugar, hallado[0])])
    return texto


def caracter_invisible(lugar: Origen, caracter: str) -> Problema:
    que = f"hay un carácter invisible (U+{ord(caracter):04X})"
    if caracter == "\ufeff":
        que += ": es una marca de orden de bytes (BOM)"
        return Problema(lugar, que, "guarda el archivo como UTF-8 sin BOM.")
    return Problema(lugar, que, "bórralo; está en esa línea, aunque no se vea.")


class Expansor(SnippetPreprocessor):
    """Expande los `--8<--` como la web, sin perder de dónde viene cada línea."""

    def __init__(self, pagina: Path, crear_salidas: bool = False) -> None:
        """Prepara la expansión de una página.

        Args:
            pagina: su archivo.
            crear_salidas: si crea, provisionales, las salidas y figuras que falten.
        """
        declaradas = sitio_configurado().mdx_configs["pymdownx.snippets"]
        opciones = makeExtension(**declaradas).getConfigs()
        bases = [str(RAIZ / base) for base in opciones["base_path"]]
        super().__init__({**opciones, "base_path": bases}, configuracion())
        self.pagina = pagina
        self.crear_salidas = crear_salidas
        self.seen: set[str] = set()
        self.archivos: set[Path] = set()
        self._incluyendo = ""

    def parse_snippet_target(self, path: str) -> dict | None:
        self._incluyendo = path
        return super().parse_snippet_target(path)

    def get_snippet_path(self, path: str) -> str | None:
        ruta = SNIPPETS / path
        falta = path.endswith(GENERADOS) and not ruta.exists()
        if self.crear_salidas and falta and ruta.parent.is_dir():
            ruta.write_text(PENDIENTE)
        hallada = super().get_snippet_path(path)
        return hallada if hallada and Path(hallada).is_file() else None

    def read_lines(self, path: str) -> list[str]:
        self.archivos.add(Path(path))
        leer_texto(Path(path))
        return self.anotar(super().read_lines(path), Path(path))

    def parse_snippets(
        self, lines: list[str], file_name: str | None = None, **opciones: bool
    ) -> list[str]:
        try:
            return super().parse_snippets(lines, file_name, **opciones)
        except SnippetMissingError as error:
            quien = Path(file_name) if file_name else self.pagina
            raise PaginaRota([self._inclusion_rota(quien, str(error))]) from None

    def anotar(self, lineas: list[str], archivo: Path, desde: int = 1) -> list[str]:
        """Añade su origen a cada línea que no sea notación ni esté en blanco."""
        notacion = self.get_syntax_mask(lineas)
        return [
            linea
            if not linea.strip() or es_notacion
            else f"{linea}{SEPARADOR}{archivo}{SEPARADOR}{numero}"
            for numero, (linea, es_notacion) in enumerate(
                zip(lineas, notacion, strict=True), desde
            )
        ]

    def expandir(self, texto: str, desde: int) -> list[Linea]:
        """Devuelve las líneas publicadas, cada una con su origen.

        Args:
            texto: el de la página, sin su cabecera.
            desde: el número de su primera línea.

        Raises:
            PaginaRota: si falta lo que se incluye, o no se puede leer.
        """
        anotadas = self.anotar(texto.split("\n"), self.pagina, desde)
        return [separar(linea) for linea in self.parse_snippets(anotadas)]

    def _inclusion_rota(self, quien: Path, error: str) -> Problema:
        pedida = self._incluyendo
        lineas = leer_texto(quien).split("\n")
        numero = next((n for n, li in enumerate(lineas, 1) if pedida in li), 1)
        lugar, ruta = Origen(quien, numero), pedida.split(":")[0]
        if "section" in error:
            que = f"«{ruta}» no tiene la sección «{pedida.split(':')[-1]}»"
            remedio = f"corrige el nombre, o márcala en {relativa(SNIPPETS / ruta)}."
            return Problema(lugar, que, remedio)
        return Problema(lugar, f"falta snippets/{ruta}", remedio_de_falta(ruta))


def remedio_de_falta(ruta: str) -> str:
    """Qué hacer cuando no está un archivo incluido."""
    if ruta.endswith(GENERADOS):
        return (
            "si aún no se ha generado, «make salidas» lo hace; si ya existe con otro "
            "nombre, corrige esa línea."
        )
    todos = [str(f.relative_to(SNIPPETS)) for f in SNIPPETS.rglob("*") if f.is_file()]
    cercanos = difflib.get_close_matches(ruta, todos, 1)
    pista = f" (¿querías incluir «{cercanos[0]}»?)" if cercanos else ""
    return f"corrige la inclusión --8<-- de esa línea{pista}, o crea el archivo."


def separar(linea: str) -> Linea:
    texto, *origen = linea.split(SEPARADOR)
    return texto, Origen(Path(origen[0]), int(origen[1])) if origen else None


def inclusiones_mal_escritas(lineas: list[Linea]) -> list[Problema]:
    """Las líneas que parecen una inclusión y se publicarían tal cual."""
    return [
        Problema(
            origen,
            "una inclusión mal escrita, que se publicaría tal cual",
            'escríbela sola en su línea, así: --8<-- "carpeta/archivo.py".',
        )
        for texto, origen in lineas
        if origen and MAL_INCLUIDO.match(texto)
    ]
