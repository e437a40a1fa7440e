"""Lee una página como la leerá la web y saca de ella sus bloques de código.

Lo que se ejecuta es lo que se publica: `texto` expande las inclusiones, `vallas` reconoce
los bloques, `html_crudo` rechaza los que se disfrazan y `bloques` les da sus marcas.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mkdocs.structure.files import get_files

from motor.rutas import DOCS, RAIZ, SNIPPETS
from verificador.bloques import Bloque, emparejar, repartir_figuras
from verificador.cabecera import Verificacion, leer_cabecera
from verificador.casa import KIT
from verificador.figuras.clases import ClaseDeFigura, clase_de, nombre_de
from verificador.figuras.esquema import Esquema
from verificador.html_crudo import crudo_que_no_vale
from verificador.origen import Origen
from verificador.problemas import Problema, exigir
from verificador.texto import (
    Expansor,
    Linea,
    inclusiones_mal_escritas,
    leer_texto,
    sitio_configurado,
)
from verificador.vallas import Valla, reconocer_vallas, vallas_mal_escritas

README = RAIZ / "README.md"
PORTADA = DOCS / "index.md"
# Lo que queda en la dirección anterior de una página: solo lleva a la nueva.
MUDANZA = re.compile(
    r"""<!doctype html>
<html lang="es">
<meta charset="utf-8">
<title>[^<>]+</title>
<meta http-equiv="refresh" content="0; url=(\.\./[\w-]+)/">
<link rel="canonical" href="\1/">
<a href="\1/">Esta página está ahora aquí\.</a>
</html>
"""
)
# Lo que MkDocs publica además de las páginas: ni un .html ni un .ipynb, que nadie ejecuta.
# Sin extensión, las licencias.
RECURSOS = {"", *".css .js .png .svg .txt .webmanifest .webp".split()}


@dataclass
class Pagina:
    """Una página: sus bloques, en orden, y lo que declara para su verificación."""

    ruta: Path
    texto: list[Linea]
    bloques: list[Bloque]
    incluidos: set[Path]
    verificacion: Verificacion
    capturas: dict[str, object]
    esquemas: dict[str, Esquema] = field(default_factory=dict)
    minutos: int | None = None
    lineas: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def vallas(self) -> Iterator[tuple[str, Valla]]:
        """Todas las vallas publicadas con su clase, en el orden de la página."""
        todas = [(bloque.clase, bloque.valla) for bloque in self.bloques]
        todas += [("salida", b.salida) for b in self.bloques if b.salida]
        return iter(sorted(todas, key=lambda par: par[1].inicio))

    def lugar(self, *camino: str) -> Origen:
        """La línea de una clave de la cabecera."""
        return Origen(self.ruta, self.lineas.get(camino, 1))


def leer_pagina(ruta: Path, crear_salidas: bool = False) -> Pagina:
    """Lee una página.

    Args:
        ruta: el archivo Markdown.
        crear_salidas: si falta una salida esperada, la crea vacía (para actualizarlas).

    Raises:
        PaginaRota: si algo de ella no se puede leer, o se publicaría sin ejecutarse.
    """
    cabecera = leer_cabecera(leer_texto(ruta), ruta)
    expansor = Expansor(ruta, crear_salidas)
    lineas = expansor.expandir(cabecera.cuerpo, cabecera.desde)
    vallas = reconocer_vallas(lineas)
    exigir(
        [
            *inclusiones_mal_escritas(lineas),
            *vallas_mal_escritas(lineas, vallas),
            *crudo_que_no_vale(lineas, vallas),
        ]
    )
    bloques = emparejar(lineas, vallas)
    repartir_figuras(lineas, bloques, carpeta_de(ruta))
    exigir(esquemas_sin_pareja(bloques, cabecera.datos.esquemas, ruta))
    return Pagina(
        ruta,
        lineas,
        bloques,
        expansor.archivos,
        cabecera.datos.verificacion,
        cabecera.capturas,
        cabecera.datos.esquemas,
        cabecera.datos.minutos,
        cabecera.lineas,
    )


def carpeta_de(ruta: Path) -> Path | None:
    """La carpeta de snippets/ de una página; ninguna, si no es de docs/."""
    if ruta == PORTADA:
        return SNIPPETS / "inicio" / "index"
    if not ruta.is_relative_to(DOCS):
        return None
    return SNIPPETS / ruta.relative_to(DOCS).with_suffix("")


def esquemas_sin_pareja(
    bloques: list[Bloque], declarados: dict[str, Esquema], ruta: Path
) -> Iterator[Problema]:
    """Los esquemas que se enseñan sin declararse, y al revés."""
    figuras = {figura for bloque in bloques for figura in bloque.figuras}
    puestos = {nombre_de(f) for f in figuras if clase_de(f) is ClaseDeFigura.ESQUEMA}
    for nombre in puestos - declarados.keys():
        que = f"el esquema «{nombre}» no está en la cabecera"
        yield Problema(Origen(ruta, 1), que, "añádelo en «esquemas».")
    for nombre in declarados.keys() - puestos:
        que = f"la página declara el esquema «{nombre}» y no lo enseña"
        remedio = (
            f"inclúyelo con --8<-- «…/{nombre}{ClaseDeFigura.ESQUEMA}», o bórralo."
        )
        yield Problema(Origen(ruta, 1), que, remedio)


def publicados() -> list[Path]:
    """Los archivos de docs/ que MkDocs publica: no los ocultos ni los de los editores."""
    archivos = get_files(sitio_configurado())
    return sorted(Path(a.abs_src_path) for a in archivos if a.inclusion.is_included())


def paginas() -> list[Path]:
    """Lo que se publica con código: la web y el README."""
    return [*(ruta for ruta in publicados() if ruta.suffix == ".md"), README]


def sin_verificar() -> list[Path]:
    """Lo que MkDocs publicaría de docs/ sin que nadie lo lea ni lo ejecute."""
    return [
        ruta
        for ruta in publicados()
        if ruta.suffix != ".md"
        and not es_recurso(ruta.relative_to(DOCS))
        and not es_mudanza(ruta)
    ]


def es_mudanza(ruta: Path) -> bool:
    """Si un archivo de docs/ es la dirección anterior de una página que sigue existiendo."""
    if ruta.name != "index.html":
        return False
    escrita = MUDANZA.fullmatch(ruta.read_text("utf-8"))
    return bool(escrita) and (ruta.parent / f"{escrita[1]}.md").resolve().is_file()


def es_recurso(ruta: Path) -> bool:
    """Si un archivo de docs/ es de los que acompañan a las páginas."""
    return DOCS / ruta == KIT or (ruta.parts[0] == "assets" and ruta.suffix in RECURSOS)


def fragmentos() -> set[Path]:
    """Los archivos de snippets/ que puede incluir una página."""
    return {
        archivo
        for archivo in SNIPPETS.rglob("*")
        if archivo.is_file() and not es_de_un_editor(archivo.relative_to(SNIPPETS))
    }


def es_de_un_editor(ruta: Path) -> bool:
    """Si un archivo lo deja un editor, el sistema o Python, y no quien escribe."""
    ocultas = any(parte.startswith((".", "__pycache__")) for parte in ruta.parts)
    return ocultas or ruta.name.startswith("#") or ruta.name.endswith(("~", ".swp"))
