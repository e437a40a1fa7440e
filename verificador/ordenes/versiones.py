"""Las versiones de los paquetes: qué resuelve uv a partir de pyproject.toml."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from verificador.casa import pythons
from verificador.ordenes.copia import LISTAS, SIN_INSTALAR, CopiaRota, exigir_exito

LISTA, LISTA_DE_ORTOGRAFIA, LISTA_DE_FIGURAS = LISTAS
UV = [sys.executable, "-m", "uv", "pip", "compile"]
INSTALAR = [sys.executable, "-m", "uv", "pip", "install"]
UNIVERSAL = ["--universal", "--generate-hashes", "--no-emit-index-url"]
ENTRADAS = {
    LISTA: ["--group", "dev", "pyproject.toml"],
    LISTA_DE_ORTOGRAFIA: ["--group", "ortografia", "--constraints", LISTA],
    LISTA_DE_FIGURAS: ["--group", "figuras", "--constraints", LISTA],
}
# Manda sobre pyproject.toml: una versión que no admite también se puede probar.
ENCIMA = "encima.txt"
SUELTA = "suelta.txt"  # la lista de una sola versión de Python
REMEDIO = (
    "Qué hacer: escribe un paquete de requirements.txt y una versión, "
    'como CON="prefect==3.8.8".'
)


def resolver(raiz: Path, *opciones: str, con: Sequence[str] = ()) -> None:
    """Escribe las listas, con la versión y la huella de cada paquete.

    Args:
        raiz: la carpeta de pyproject.toml y de las listas, de las que parte.
        opciones: de `uv pip compile`: `--upgrade`, `--resolution=lowest-direct`…
        con: requisitos que mandan sobre los del proyecto, como `prefect==3.8.8`.

    Raises:
        CopiaRota: si no hay solución, o un requisito no es de un paquete de las listas.
    """
    pedidos = [leer_requisito(escrito) for escrito in con]
    (raiz / ENCIMA).write_text("\n".join(con), "utf-8")
    encima = ["--override", ENCIMA] if con else []
    for lista, entradas in ENTRADAS.items():
        orden = [*UV, *UNIVERSAL, "--python-version", pythons(raiz)[0], *entradas]
        orden += [*encima, *opciones, "--quiet", "-o", lista]
        exigir_exito(orden, SIN_INSTALAR, raiz)
    (raiz / ENCIMA).unlink()
    exigir_que_esten(pedidos, fijadas(raiz))


def leer_requisito(escrito: str) -> Requirement:
    """Un requisito, como `prefect==3.8.8`.

    Raises:
        CopiaRota: si no lo es.
    """
    try:
        return Requirement(escrito)
    except InvalidRequirement as error:
        raise CopiaRota(f"«{escrito}» no es un requisito: {error}\n{REMEDIO}") from None


def exigir_que_esten(pedidos: Sequence[Requirement], hay: dict[str, str]) -> None:
    """Comprueba que lo pedido está en la lista: uv no avisa de lo que nadie necesita.

    Raises:
        CopiaRota: si algo no está.
    """
    for pedido in pedidos:
        version = hay.get(canonicalize_name(pedido.name), "")
        if not version or not pedido.specifier.contains(version, prereleases=True):
            que = (
                f"la lista trae la {version}"
                if version
                else "la guía no usa ese paquete"
            )
            raise CopiaRota(f"«{pedido}» no se puede probar: {que}.\n{REMEDIO}")


def fijadas(raiz: Path) -> dict[str, str]:
    """La versión de cada paquete de la lista."""
    texto = (raiz / LISTA).read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", texto, re.MULTILINE))


def saltos(antes: dict[str, str], despues: dict[str, str]) -> list[str]:
    """Los paquetes que cambian de versión, llegan o se van, uno por línea."""
    return [
        f"{nombre} {antes.get(nombre, '—')} → {despues.get(nombre, '—')}"
        for nombre in sorted(antes.keys() | despues.keys())
        if antes.get(nombre) != despues.get(nombre)
    ]


def sin_solucion(raiz: Path, python: str, *opciones: str) -> str:
    """Por qué no se puede instalar todo, sin compilar nada, en una versión de Python.

    Resuelve para ella y mira, sin descargarlos, si están los archivos de lo que ha salido. Si
    solo pudiera elegir entre los que están, callaría que a lo más nuevo le falta el suyo.

    Args:
        raiz: la carpeta de pyproject.toml.
        python: la versión, como «3.14».
        opciones: de `uv pip compile`.

    Returns:
        Lo que dice uv, que nombra el paquete y los archivos que tiene; vacío si se puede.
    """
    orden = [*UV, "--python-version", python, "--quiet", "--no-header", *opciones]
    for grupo in ("dev", "ortografia", "figuras"):
        orden += ["--group", grupo]
    orden += ["pyproject.toml", "-o", SUELTA]
    instalar = [*INSTALAR, "--dry-run", "--no-deps", "--python-version", python]
    instalar += ["--only-binary", ":all:", "--target", "nada", "-r", SUELTA, "--quiet"]
    try:
        exigir_exito(orden, carpeta=raiz)
        exigir_exito(instalar, carpeta=raiz)
    except CopiaRota as error:
        return str(error)
    finally:
        (raiz / SUELTA).unlink(missing_ok=True)
    return ""
