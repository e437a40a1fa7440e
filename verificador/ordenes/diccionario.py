"""Trae el diccionario de la ortografía del paquete de npm que dice su origen.toml.

Uso: python -m verificador.ordenes.diccionario

Necesita npm, que nadie más usa aquí: lo que trae se guarda con el proyecto.
"""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from verificador.escritura import escribir_juntos
from verificador.prosa.ortografia import DICCIONARIO

ORIGEN = DICCIONARIO / "origen.toml"


class DiccionarioRoto(Exception):
    """El paquete no ha llegado, o no es el que dice origen.toml; el mensaje dice qué hacer."""


def leer_origen() -> dict[str, Any]:
    return tomllib.loads(ORIGEN.read_text("utf-8"))


def descargar(paquete: str, version: str, carpeta: Path) -> Path:
    """Descarga un paquete de npm, sin instalarlo.

    Raises:
        DiccionarioRoto: si no hay npm, o no hay red, o no existe esa versión.
    """
    orden = ["npm", "pack", f"{paquete}@{version}", "--ignore-scripts", "--silent"]
    try:
        subprocess.run(orden, cwd=carpeta, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise DiccionarioRoto("no hay npm.\nQué hacer: instala Node.js.") from None
    except subprocess.CalledProcessError as error:
        remedio = "Qué hacer: mira si hay red y si existe esa versión."
        raise DiccionarioRoto(f"{error.stdout}{error.stderr}\n{remedio}") from None
    return next(carpeta.glob("*.tgz"))


def extraer(archivo: Path, origen: dict[str, Any]) -> dict[Path, bytes]:
    """Lo que se guarda de un paquete descargado, por dónde se guarda.

    Args:
        archivo: el paquete.
        origen: lo que dice origen.toml.

    Raises:
        DiccionarioRoto: si el paquete no es el que se leyó al apuntarlo.
    """
    resumen = hashlib.sha512(archivo.read_bytes()).digest()
    integridad = f"sha512-{base64.b64encode(resumen).decode()}"
    if integridad != origen["integridad"]:
        raise DiccionarioRoto(
            f"el paquete tiene la integridad {integridad}, y {ORIGEN.name} dice "
            f"{origen['integridad']}.\nQué hacer: no lo uses, o apunta la que dice "
            "«npm view» de la versión que quieres."
        )
    with tarfile.open(archivo) as paquete:
        return {
            DICCIONARIO / nombre: paquete.extractfile(dentro).read()
            for nombre, dentro in origen["archivos"].items()
        }


def main() -> None:
    origen = leer_origen()
    with tempfile.TemporaryDirectory() as temporal:
        try:
            archivo = descargar(origen["paquete"], origen["version"], Path(temporal))
            traidos = extraer(archivo, origen)
        except DiccionarioRoto as error:
            sys.exit(str(error))
    escribir_juntos(traidos)
    print(f"Comprueba que en [sha256] de {ORIGEN.name} dice:")
    for ruta, contenido in traidos.items():
        print(f'"{ruta.name}" = "{hashlib.sha256(contenido).hexdigest()}"')


if __name__ == "__main__":
    main()
