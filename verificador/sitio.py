"""Construye la web en modo estricto y explica los avisos de MkDocs."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from click import unstyle

from motor.rutas import DOCS, RAIZ
from verificador import kit
from verificador.acabado import acabar
from verificador.origen import Origen, donde, relativa
from verificador.pagina import paginas
from verificador.problemas import Problema, sugerencia
from verificador.texto import remedio_de_falta

NAVEGACION = RAIZ / "mkdocs.yml"
AVISO = re.compile(
    r"^(?:WARNING|ERROR)\s+-\s+(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL
)


class SitioRoto(Exception):
    """La web no se construye en modo estricto; el mensaje explica los avisos de MkDocs."""


def construir(
    destino: Path, configuracion: Path = NAVEGACION, **direcciones: str
) -> Path:
    """Construye la web en modo estricto, con el kit que ofrece, y la acaba.

    Args:
        destino: su carpeta.
        configuracion: la de MkDocs.
        direcciones: GUIA_URL y GUIA_REPO; si no se dan, las del entorno.

    Raises:
        SitioRoto: si hay algún aviso: enlaces, anclas, inclusiones o páginas sueltas.
    """
    kit.publicar()
    orden = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    orden += ["-f", str(configuracion), "-d", str(destino)]
    entorno = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **direcciones}
    resultado = subprocess.run(
        orden, cwd=RAIZ, env=entorno, capture_output=True, text=True
    )
    if resultado.returncode:
        problemas = [*avisos(resultado.stderr)]
        raise SitioRoto("\n\n".join(map(str, problemas)) or resultado.stderr)
    acabar(destino, entorno.get("GUIA_URL", ""))
    return destino


def avisos(registro: str) -> Iterator[Problema]:
    """Los problemas que cuenta el registro de MkDocs."""
    for hallado in AVISO.finditer(unstyle(registro)):
        aviso = hallado[1].strip()
        for patron, explicar in EXPLICACIONES.items():
            if leido := re.match(patron, aviso, re.DOTALL):
                yield from explicar(**leido.groupdict())
                break
        else:
            remedio = "corrígelo; para verlo de nuevo, «make build»."
            yield Problema(relativa(NAVEGACION), f"MkDocs avisa: {aviso}", remedio)


def en_docs(pagina: str, texto: str) -> Origen:
    """La línea de una página de docs/ que enlaza o incluye algo, o la primera."""
    return donde(DOCS / pagina, f"({texto})", texto)


def sin_menu(rutas: str) -> Iterator[Problema]:
    for ruta in re.findall(r"- (\S+)", rutas):
        que = "no está en la navegación: nadie llegaría a ella"
        remedio = f"añade «{ruta}» a «nav», en mkdocs.yml."
        yield Problema(relativa(DOCS / ruta), que, remedio)


def menu_roto(ruta: str) -> Iterator[Problema]:
    existentes = [str(p.relative_to(DOCS)) for p in paginas() if DOCS in p.parents]
    que = f"la navegación nombra «{ruta}», que no está en docs/"
    yield Problema(donde(NAVEGACION, ruta), que, sugerencia(ruta, existentes))


def menu_absoluto(ruta: str) -> Iterator[Problema]:
    que = f"la navegación enlaza «{ruta}», que empieza por «/»"
    remedio = "escribe la ruta de la página desde docs/, sin la barra."
    yield Problema(donde(NAVEGACION, ruta), que, remedio)


def enlace_roto(pagina: str, enlace: str, queja: str) -> Iterator[Problema]:
    que = f"el enlace «{enlace}» no lleva a ninguna página de docs/"
    remedio = "corrige la ruta, relativa a esta página y con su «.md»"
    if "anchor" in queja:
        que = f"el enlace «{enlace}» va a un ancla que no existe"
        remedio = "corrígela, o ponla en su título: «## Título { #ancla }»"
    elif "absolute link" in queja:
        que = f"el enlace «{enlace}» empieza por «/»"
    if propuesta := re.search(r"Did you mean '([^']+)'", queja):
        remedio += f" (¿querías «{propuesta[1]}»?)"
    yield Problema(en_docs(pagina, enlace), que, f"{remedio}.")


def recurso_ajeno(url: str, pagina: str) -> Iterator[Problema]:
    que = f"la página pide «{url}» a otro servidor"
    remedio = "guárdalo en docs/assets/ y enlázalo desde ahí."
    yield Problema(en_docs(pagina, url), que, remedio)


def inclusion_rota(pagina: str, clase: str, ruta: str) -> Iterator[Problema]:
    if clase == "section":
        que = f"incluye la sección «{ruta}», que no está en ese archivo"
        remedio = "corrige el nombre, o márcala en el archivo."
        yield Problema(en_docs(pagina, ruta), que, remedio)
    else:
        que = f"incluye «{ruta}», que no está"
        yield Problema(en_docs(pagina, ruta), que, remedio_de_falta(ruta))


PAGINA = r"'(?P<pagina>[^']*)'"
EN_EL_MENU = r"'(?P<ruta>[^']*)' is included in the 'nav'"
EXPLICACIONES: dict[str, Callable[..., Iterator[Problema]]] = {
    r"The following pages exist in the docs directory[^\n]*(?P<rutas>.*)": sin_menu,
    rf"A reference to {EN_EL_MENU}": menu_roto,
    rf"An absolute path to {EN_EL_MENU}": menu_absoluto,
    rf"Doc file {PAGINA} contains an? (?P<queja>[\w ]*link '(?P<enlace>[^']*)'.*)": enlace_roto,
    rf"External file: (?P<url>\S+) (?:in {PAGINA})?": recurso_ajeno,
    rf"Error reading page {PAGINA}: Snippet (?P<clase>at path|section) '(?P<ruta>[^']*)'": (
        inclusion_rota
    ),
}
