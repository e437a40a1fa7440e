"""Los bloques de código de una página, con el analizador de la web, y los que no lo son.

Las vallas las reconoce pymdownx.superfences con las opciones de mkdocs.yml. Lo que parece
una valla y él no reconoce se publicaría como texto o como código en línea, sin que nadie
lo ejecutara: aquí es un error.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pymdownx.superfences import RE_NESTED_FENCE_START

from motor.rutas import SNIPPETS
from verificador.origen import Origen
from verificador.problemas import Problema, sugerencia
from verificador.texto import Linea, configuracion

OPCIONES = {"title", "hl_lines", "linenums"}
PREFIJO = r"[\s>]*(?:(?:[-*+•]|\w{1,3}[.)]|:|\[\^[^\]]+\]:)\s+)*[\s>]*"
PARECE_VALLA = re.compile(PREFIJO + r"(?P<marca>`{3,}|~{3,}|[`´‘’'′ˋ｀]{3,})")
TRES_ACENTOS = re.compile(r"`{3,}")
MARCA_DENTRO = re.compile(r"[\s>]*<!--.*pytest", re.IGNORECASE)
BIEN = (
    "escribe ```lenguaje en una línea y, tras el código, ``` solo, con los mismos acentos "
    "y el mismo sangrado."
)


@dataclass
class Valla:
    """Un bloque de código tal como lo entiende la web."""

    inicio: int  # primera línea en el texto expandido, desde 0
    fin: int
    lenguaje: str
    titulo: str | None
    resaltado: str  # las líneas de hl_lines; vacío, ninguna
    codigo: str
    origenes: list[Origen | None]
    origen: Origen

    @property
    def archivos(self) -> set[Path]:
        """Los archivos de snippets/ de los que sale su texto."""
        return {o.archivo for o in self.origenes if o and SNIPPETS in o.archivo.parents}

    @property
    def lineas(self) -> Iterator[tuple[str, Origen | None]]:
        """Sus líneas con algo escrito, cada una con su origen."""
        pares = zip(self.codigo.split("\n"), self.origenes, strict=False)
        return ((texto, origen) for texto, origen in pares if texto.strip())


def reconocer_vallas(lineas: list[Linea]) -> list[Valla]:
    """Encuentra los bloques de código con el analizador de la web."""
    vallas: list[Valla] = []
    analizador = copy.copy(configuracion().preprocessors["fenced_code_block"])

    def anotar_valla(_espacio: str, _contenido: str, inicio: int, fin: int) -> None:
        titulo = analizador.options.get("title", analizador.attrs.get("title"))
        origen = next(o for _, o in reversed(lineas[: inicio + 1]) if o)
        vallas.append(
            Valla(
                inicio,
                fin,
                analizador.lang or "",
                titulo,
                analizador.options.get("hl_lines", ""),
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


def sin_vallas(lineas: list[Linea], vallas: list[Valla]) -> list[str]:
    """El texto de la página con sus bloques de código en blanco."""
    textos = [texto for texto, _ in lineas]
    for valla in vallas:
        textos[valla.inicio : valla.fin] = [""] * (valla.fin - valla.inicio)
    return textos


def vallas_mal_escritas(lineas: list[Linea], vallas: list[Valla]) -> list[Problema]:
    """Lo que parece una valla y la web no toma por tal, y lo que delata una sin cerrar."""
    problemas = list(fuera_de(lineas, vallas))
    for valla in vallas:
        problemas += dentro_de(valla, lineas[valla.inicio + 1 : valla.fin - 1])
    return problemas


def fuera_de(lineas: list[Linea], vallas: list[Valla]) -> Iterator[Problema]:
    """Lo que parece una valla; el cierre de la que no se reconoce no se cuenta aparte."""
    abierta = False
    for texto, (_, origen) in zip(sin_vallas(lineas, vallas), lineas, strict=True):
        if not PARECE_VALLA.match(texto) and not TRES_ACENTOS.search(texto):
            continue
        sola = set(texto) <= set("`~ \t>")
        if not (sola and abierta):
            yield Problema(origen, *diagnosticar(texto))
        abierta = not sola


def dentro_de(valla: Valla, lineas: list[Linea]) -> Iterator[Problema]:
    """Las vallas y marcas de la página que han quedado dentro de un bloque."""
    for texto, origen in lineas:
        if origen is None or origen.archivo.suffix != ".md":
            continue  # lo de un programa incluido es del programa
        if PARECE_VALLA.match(texto) or MARCA_DENTRO.match(texto):
            yield Problema(
                origen,
                f"una valla o una marca dentro del bloque de {valla.origen}",
                f"cierra ese bloque antes. {BIEN}",
            )


def diagnosticar(linea: str) -> tuple[str, str]:
    """Qué le pasa a una línea que parece una valla, y qué hacer."""
    parece = PARECE_VALLA.match(linea)
    if not parece:
        return "tres acentos graves en medio de una línea", BIEN
    marca, resto = parece["marca"], linea[parece.end() :]
    prefijo = linea[: parece.start("marca")]
    if set(marca) - set("`~"):
        return f"«{marca}» no abre un bloque: no son acentos graves", BIEN
    if raro := next((c for c in prefijo + resto if c.isspace() and c not in " \t"), ""):
        que = f"la valla lleva un espacio que no es el de la barra (U+{ord(raro):04X})"
        return que, "cámbialo por un espacio normal."
    if set(resto) & set("“”«»‘’"):
        return "la valla lleva comillas tipográficas", 'usa comillas rectas: title="…".'
    if marca[0] in resto:
        return "un bloque entero en una sola línea", BIEN
    if prefijo.strip(" \t>"):
        que = "la valla empieza en la línea de la viñeta, donde la web no la reconoce"
        return que, "ponla debajo, tras una línea en blanco, sangrada 4 espacios."
    return diagnosticar_opciones(marca, resto)


def diagnosticar_opciones(marca: str, resto: str) -> tuple[str, str]:
    """Como `diagnosticar`, cuando la línea solo puede fallar por lo que sigue a la marca."""
    leida = RE_NESTED_FENCE_START.match(marca + resto)
    if leida and leida["unrecognized"]:
        que = f"la valla no se entiende: «{resto.strip()}»"
        return que, 'tras el lenguaje solo caben opciones como title="archivo.py".'
    claves = re.findall(r"(\w+)=", resto)
    if ajena := next((clave for clave in claves if clave not in OPCIONES), ""):
        que = f"la web no conoce la opción «{ajena}»"
        return que, f"quítala; {sugerencia(ajena, OPCIONES)}"
    if claves:
        que = f"el valor de alguna opción no vale: «{resto.strip()}»"
        return que, 'van entre comillas rectas: title="archivo.py" hl_lines="2 4-5".'
    if not resto.strip():
        return f"«{marca}» no cierra ningún bloque, o abre uno que nadie cierra", BIEN
    return f"«{marca}{resto}» abre un bloque que nadie cierra", BIEN
