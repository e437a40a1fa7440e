"""Una copia de usar y tirar del proyecto, con su propio entorno si hace falta.

La vigila un guardián: ni ella ni lo que se haya lanzado en ella sobreviven a quien la hizo.
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from motor.guardian import Guardian
from verificador.ordenes import roturas
from verificador.ordenes.cambios import Hoja, comparar, por_pagina
from verificador.ordenes.indice import Indice, nombre
from verificador.ordenes.roturas import Rotura
from verificador.pagina import paginas
from verificador.problemas import sugerencia

SIN_FIGURAS = ("requirements.txt", "requirements-ortografia.txt")
LISTAS = (*SIN_FIGURAS, "requirements-figuras.txt")
# Lo que una actualización puede cambiar, desde la raíz.
ACTUALIZABLE = ("docs", "snippets", "README.md", *LISTAS)
PAGINAS = ("docs", "README.md")
SIN_INSTALAR = (
    "si es la red, repite la orden; si a un paquete le falta su archivo, pon en "
    "pyproject.toml una versión que lo tenga."
)
PROCESOS = 4
# Los códigos de pytest que quieren decir que ha llegado al final: bien, con fallos o, en una
# página sin bloques, sin nada que ejecutar.
TERMINADO = (0, 1, 5)


class CopiaRota(Exception):
    """La copia no se ha podido hacer o preparar; el mensaje explica qué hacer."""


class Copia:
    """El proyecto como estaba (`antes`) y como va quedando (`raiz`)."""

    def __init__(self, carpeta: Path, original: Path) -> None:
        """Copia el proyecto dos veces.

        Args:
            carpeta: dónde; vacía y de nadie más.
            original: la raíz del proyecto.

        Raises:
            CopiaRota: si git no sabe qué archivos son del proyecto.
        """
        self.carpeta = carpeta
        self.original = original
        self.antes, self.raiz = carpeta / "antes", carpeta / "guia-prefect"
        self.python = Path(sys.executable)
        for ruta in archivos(original):
            for destino in (self.antes, self.raiz):
                (destino / ruta).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(original / ruta, destino / ruta)
        # Como un clon: hay pruebas que, a su vez, copian el proyecto.
        exigir_exito(["git", "init", "--quiet"], carpeta=self.raiz)

    def cambiados(self) -> list[Path]:
        """Los archivos actualizables que ya no son como antes o que antes no estaban."""
        return [
            ruta
            for parte in ACTUALIZABLE
            for ruta in sorted(dentro(self.raiz, parte))
            if not iguales(self.antes / ruta, self.raiz / ruta)
        ]

    def ajenos(self) -> list[Path]:
        """Los archivos del proyecto que alguien ha cambiado después de hacer la copia."""
        de_antes = {ruta.relative_to(self.antes) for ruta in recorrer(self.antes)}
        return [
            ruta
            for ruta in sorted(de_antes.union(archivos(self.original)))
            if not iguales(self.antes / ruta, self.original / ruta)
        ]

    def indice(self) -> Indice:
        """Qué enseña ahora cada página de la copia, según su propio código."""
        orden = [sys.executable, "-m", "verificador.ordenes.indice"]
        return Indice.model_validate_json(exigir_exito(orden, carpeta=self.raiz))

    def hojas(self, rotas: Sequence[Rotura] = ()) -> dict[str, Hoja]:
        """Lo que ha cambiado y lo que se ha roto, página por página.

        Args:
            rotas: lo que se ha roto. Los saltos de las listas los dice `versiones.saltos`.
        """
        indice = self.indice()
        distintos = {
            ruta.as_posix(): comparar(self.antes, self.raiz, ruta, indice)
            for ruta in self.cambiados()
            if ruta.name not in LISTAS
        }
        return por_pagina(distintos, rotas, indice)

    def crear_entorno(self, python: str, listas: Sequence[str]) -> None:
        """Instala unas listas en un entorno nuevo, que será el de la copia.

        Args:
            python: el intérprete, como se teclea.
            listas: los archivos de versiones fijadas, desde la raíz.

        Raises:
            CopiaRota: si falta el intérprete o un paquete no se puede instalar sin compilarlo.
        """
        entorno = self.raiz / ".venv"
        otro = "instala ese Python con su módulo venv, o elige otro con PYTHON=…"
        exigir_exito([python, "-m", "venv", entorno], otro)
        self.python = entorno / "bin" / "python"
        orden = [sys.executable, "-m", "uv", "pip", "install", "--python", self.python]
        orden += ["--require-hashes", "--only-binary", ":all:", "--compile-bytecode"]
        orden += ["--quiet", *(a for lista in listas for a in ("-r", lista))]
        exigir_exito(orden, SIN_INSTALAR, self.raiz)

    def pytest(
        self, rutas: Sequence[str], *opciones: str, **entorno: str
    ) -> list[Rotura]:
        """Lanza pytest en la copia y dice qué se ha roto; su progreso se ve según avanza.

        Args:
            rutas: qué pruebas, desde la raíz; ninguna, todas.
            opciones: las suyas, además de las de siempre.
            entorno: variables que añadir a las que hay.
        """
        informe = self.carpeta / "informe.xml"
        informe.unlink(missing_ok=True)
        orden = [self.python, "-m", "pytest", "-q", "--no-header", "--tb=no", "-rN"]
        orden += ["--continue-on-collection-errors", f"--junitxml={informe}"]
        orden += ["-o", "junit_family=xunit1", f"--basetemp={self.carpeta / 'pruebas'}"]
        if len(rutas) != 1:
            orden += ["--numprocesses=auto", f"--maxprocesses={PROCESOS}"]
            orden += ["--dist=loadfile"]
        codigo = subprocess.run(
            [*orden, *opciones, *rutas], cwd=self.raiz, env={**limpio(), **entorno}
        ).returncode
        rotas = roturas.leer(informe) if informe.exists() else []
        if codigo not in TERMINADO:
            motivo = f"no ha llegado al final (código {codigo}); arriba dice por qué"
            rotas.append(Rotura("pytest", "", motivo))
        return rotas


@contextmanager
def copia_de(original: Path) -> Iterator[Copia]:
    """Una copia del proyecto que desaparece al terminar, pase lo que pase."""
    carpeta = Path(tempfile.mkdtemp(prefix="guia-"))
    with Guardian(carpeta):
        yield Copia(carpeta, original)


def avisar(que: str) -> None:
    """Dice por dónde va lo que tarda."""
    print(f"· {que}…", flush=True)


def limpio() -> dict[str, str]:
    """El entorno de quien lo lanza, sin lo que llevaría a otro proyecto o a otro Python.

    Para resolver para la versión mínima de Python, uv querría tenerla y la descargaría, en cada
    orden; le basta con la que hay, y sin red, o con una que no contesta, son horas.
    """
    ajenas = ("GIT_", "MAKE", "MFLAGS", "PYTEST_", "PYTHON", "VIRTUAL_ENV")
    entorno = {n: v for n, v in os.environ.items() if not n.startswith(ajenas)}
    return entorno | {"UV_PYTHON_DOWNLOADS": "never"}


def archivos(raiz: Path) -> list[Path]:
    """Los archivos del proyecto: los que sigue git y los nuevos que no ignora.

    Raises:
        CopiaRota: si no es un repositorio de git.
    """
    orden = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    clonar = "git dice qué archivos son del proyecto: clónalo en vez de descargarlo."
    nombres = exigir_exito(orden, clonar, raiz).split("\0")
    rutas = {Path(nombre) for nombre in nombres if nombre}
    return sorted(ruta for ruta in rutas if (raiz / ruta).is_file())


def exigir_paginas(pedidas: Sequence[str]) -> None:
    """Comprueba que se puede repasar lo que se ha tecleado; si no, termina y dice por qué."""
    validas = {nombre(ruta) for ruta in paginas()}
    for pedida in pedidas:
        if pedida not in validas:
            sys.exit(f"«{pedida}» no es una página. {sugerencia(pedida, validas)}")


def exigir_exito(
    orden: Sequence[str | Path], remedio: str = "", carpeta: Path | None = None
) -> str:
    """Lo que imprime una orden que tiene que salir bien.

    Args:
        orden: la orden.
        remedio: qué hacer si sale mal.
        carpeta: dónde; si no se dice, donde se está.

    Raises:
        CopiaRota: si sale mal o no existe; el mensaje es lo que ha dicho.
    """
    try:
        hecho = subprocess.run(
            orden, cwd=carpeta, env=limpio(), capture_output=True, text=True
        )
        dicho = (hecho.stderr + hecho.stdout).strip()
        mudo = f"«{orden[0]}» ha terminado con código {hecho.returncode}."
        queja = (dicho or mudo) if hecho.returncode else ""
    except OSError as error:
        queja = f"no puedo usar «{orden[0]}»: {error.strerror}."
    if queja:
        raise CopiaRota(f"{queja}\nQué hacer: {remedio}" if remedio else queja)
    return hecho.stdout


def dentro(raiz: Path, parte: str) -> Iterator[Path]:
    """Los archivos de una carpeta (o ese archivo), desde la raíz."""
    ruta = raiz / parte
    for archivo in recorrer(ruta) if ruta.is_dir() else [ruta]:
        if archivo.is_file():
            yield archivo.relative_to(raiz)


def recorrer(carpeta: Path) -> Iterator[Path]:
    """Los archivos de una carpeta, sin los que deja Python al ejecutarlos."""
    for archivo in carpeta.rglob("*"):
        if archivo.is_file() and "__pycache__" not in archivo.parts:
            yield archivo


def iguales(uno: Path, otro: Path) -> bool:
    """Si dos archivos dicen lo mismo, o no está ninguno de los dos."""
    if not (uno.is_file() and otro.is_file()):
        return uno.is_file() == otro.is_file()
    return filecmp.cmp(uno, otro, shallow=False)
