"""Lo que se sabe de un archivo del estudiante sin ejecutarlo: si está y si Python lo entiende."""

import ast
import difflib
import warnings
from pathlib import Path


class Tropiezo(Exception):
    """Algo impide seguir: el archivo falta, no se entiende, no termina…

    Attributes:
        que: qué pasa, en una línea.
        consejo: qué hacer.
        pagina: dónde se explica, como `tutorial/reintentos#agotados`.
    """

    def __init__(self, que: str, consejo: str = "", pagina: str = "") -> None:
        super().__init__(que)
        self.que, self.consejo, self.pagina = que, consejo, pagina


def revisar(ruta: Path) -> None:
    """Comprueba que un archivo puede ejecutarse.

    Raises:
        Tropiezo: si falta, está vacío o Python no lo entiende.
    """
    if not ruta.is_file():
        raise falta(ruta)
    try:
        with warnings.catch_warnings(action="ignore"):  # los dirá el programa
            arbol = ast.parse(ruta.read_bytes(), ruta.name)
    except SyntaxError as error:
        linea = f" en la línea {error.lineno}" if error.lineno else ""
        raise Tropiezo(
            f"Python no entiende «{ruta.name}»{linea}: {error.msg}",
            f"La línea dice: {(error.text or '').strip()}" if error.text else "",
        ) from None
    except ValueError as error:
        raise Tropiezo(
            f"«{ruta.name}» no es un archivo de texto de Python: {error}",
            "Guárdalo otra vez desde tu editor, con la codificación UTF-8.",
        ) from None
    if not arbol.body:
        raise Tropiezo(
            f"«{ruta.name}» está vacío: no tiene ninguna instrucción",
            "¿Has guardado el archivo en el editor?",
        )


def falta(ruta: Path) -> Tropiezo:
    """El archivo no está: quizá con otro nombre."""
    otros = [archivo.stem for archivo in ruta.parent.glob("*.py")]
    parecidos = difflib.get_close_matches(ruta.stem, otros, 1, 0.7)
    consejo = (
        f"Hay un «{parecidos[0]}.py». ¿Es ese? Cámbiale el nombre."
        if parecidos
        else "Créalo en tu carpeta de ejercicios, o pide los archivos de partida con "
        "--empezar."
    )
    return Tropiezo(f"No encuentro «{ruta.name}»", consejo, "tutorial/tus-archivos")
