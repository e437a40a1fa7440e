"""Lo que se sabe de un archivo del estudiante sin ejecutarlo: si está y si Python lo entiende."""

import ast
import difflib
import warnings
from pathlib import Path

from calificador.veredicto import Tropiezo

CABE = 1_000_000  # bytes
MARCAS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def revisar(ruta: Path) -> None:
    """Comprueba que un archivo puede ejecutarse.

    Raises:
        Tropiezo: si falta, está vacío o Python no lo entiende.
        OSError: si no se puede leer.
    """
    if not ruta.is_file():
        raise falta(ruta)
    if ruta.stat().st_size > CABE:
        raise Tropiezo(
            f"«{ruta.name}» ocupa {ruta.stat().st_size // 1_000_000} MB: no parece un programa",
            "¿Has guardado otra cosa con ese nombre?",
        )
    contenido = ruta.read_bytes()
    if codificacion := otra_codificacion(contenido):
        raise Tropiezo(
            f"«{ruta.name}» está guardado en {codificacion}, y Python lee UTF-8",
            "En Cursor o VS Code, pulsa el nombre de la codificación, abajo a la derecha, y "
            "elige «Save with Encoding» y UTF-8. PowerShell guarda así lo que se crea con >.",
            "tutorial/tus-archivos#crear",
        )
    if not arbol(ruta.name, contenido).body:
        raise Tropiezo(
            f"«{ruta.name}» está vacío: no tiene ninguna instrucción",
            "¿Has guardado el archivo en el editor?",
        )


def otra_codificacion(contenido: bytes) -> str:
    """La codificación que declaran los primeros bytes, o que delatan los ceros."""
    for marca, codificacion in MARCAS.items():
        if contenido.startswith(marca):
            return codificacion
    ceros = contenido.count(0)
    return "UTF-16" if ceros and ceros > len(contenido) // 3 else ""


def arbol(nombre: str, contenido: bytes) -> ast.Module:
    """El árbol de sintaxis de un programa.

    Raises:
        Tropiezo: si Python no lo entiende.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # los dirá el programa
            return ast.parse(contenido, nombre)
    except SyntaxError as error:
        linea = f" en la línea {error.lineno}" if error.lineno else ""
        raise Tropiezo(
            f"Python no entiende «{nombre}»{linea}: {error.msg}",
            f"La línea dice: {(error.text or '').strip()}" if error.text else "",
        ) from None
    except ValueError as error:
        raise Tropiezo(
            f"«{nombre}» no es un archivo de texto de Python: {error}",
            "Guárdalo otra vez desde tu editor, con la codificación UTF-8.",
        ) from None
    except (RecursionError, MemoryError):
        raise Tropiezo(
            f"Python no puede leer «{nombre}»: tiene demasiados paréntesis, unos dentro de otros",
            "Repártelo en varias líneas, con un nombre para cada parte.",
        ) from None


def falta(ruta: Path) -> Tropiezo:
    """El archivo no está: quizá con otro nombre, o quizá no es un archivo."""
    consejo = "Créalo en tu carpeta de ejercicios, o pide los archivos de partida con --empezar."
    if ruta.is_symlink():
        consejo = (
            "Es un enlace que no lleva a ningún archivo. Bórralo y crea el archivo."
        )
    elif ruta.exists():
        que = "una carpeta" if ruta.is_dir() else "algo que no es un archivo"
        consejo = f"Con ese nombre hay {que}. Cámbiale el nombre y crea el archivo."
    elif otro := parecido(ruta):
        consejo = f"Hay un «{otro}». ¿Es ese? Cámbiale el nombre a «{ruta.name}»."
        if Path(otro).suffix == ".txt":
            consejo += (
                " El editor le ha añadido .txt; Windows no lo enseña si no se le pide."
            )
    return Tropiezo(f"No encuentro «{ruta.name}»", consejo, "tutorial/tus-archivos")


def parecido(ruta: Path) -> str:
    """El archivo de la misma carpeta con el nombre más parecido, si alguno se parece."""
    nombres = {
        otra.name.partition(".")[0].casefold(): otra.name
        for otra in (ruta.parent.iterdir() if ruta.parent.is_dir() else ())
        if not otra.name.startswith(".") and otra.is_file()
    }
    parecidos = difflib.get_close_matches(ruta.stem, nombres, 1, 0.7)
    return nombres[parecidos[0]] if parecidos else ""
