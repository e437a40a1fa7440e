"""Lo que las páginas toman del catálogo de ejercicios: qué leer antes, las pistas y el índice."""

from pathlib import Path

from calificador.ejercicios import Ejercicio, leer_catalogo
from motor.rutas import DOCS, EJERCICIOS
from verificador.escritura import escribir_juntos

DIFICULTAD = {1: "fácil", 2: "media", 3: "alta"}


def generadas() -> dict[Path, str]:
    """Cada archivo de snippets/ que se escribe a partir del catálogo, con su texto."""
    ejercicios = leer_catalogo()
    fichas = {EJERCICIOS / "indice.md": indice(ejercicios)}
    for ejercicio in ejercicios:
        fichas[EJERCICIOS / ejercicio.nombre / "ficha.md"] = ficha(ejercicio)
    return fichas


def ficha(ejercicio: Ejercicio) -> str:
    """Lo de un ejercicio, en secciones: cada página incluye cada una donde le toca."""
    secciones = {"antes": antes(ejercicio), "pistas": pistas(ejercicio)}
    return "\n".join(
        f"<!-- --8<-- [start:{nombre}] -->\n{texto}<!-- --8<-- [end:{nombre}] -->\n"
        for nombre, texto in secciones.items()
    )


def antes(ejercicio: Ejercicio) -> str:
    """Lo que conviene leer, con qué se resuelve si no es con eso, y lo difícil que es."""
    usa = f" Se resuelve con {enlace(ejercicio.usa)}." if ejercicio.usa else ""
    return (
        f"**Antes, lee:** {enlace(ejercicio.lee)}.{usa} "
        f"**Dificultad:** {DIFICULTAD[ejercicio.dificultad]}.\n"
    )


def pistas(ejercicio: Ejercicio) -> str:
    """Las pistas de un ejercicio, que se abren de una en una."""
    return "\n".join(
        f'??? tip "Pista {numero}"\n\n    {pista}\n'
        for numero, pista in enumerate(ejercicio.pistas, 1)
    )


def indice(ejercicios: list[Ejercicio]) -> str:
    """La tabla de todos los ejercicios."""
    cabecera = ["Ejercicio", "Practicas", "Dificultad", "Antes, lee"]
    filas = [
        [
            f"[{e.numero}. {e.titulo}]({e.nombre}.md)",
            e.practica,
            DIFICULTAD[e.dificultad],
            enlace(e.lee),
        ]
        for e in ejercicios
    ]
    lineas = [cabecera, ["---"] * len(cabecera), *filas]
    return "".join(f"| {' | '.join(celdas)} |\n" for celdas in lineas)


def enlace(citada: str) -> str:
    """Un enlace a una página de docs/, o a una sección, con su título.

    Args:
        citada: la página, o `página#sección`, vista desde docs/; se enlaza desde la carpeta
            de los ejercicios.
    """
    pagina, almohadilla, ancla = citada.partition("#")
    texto = (DOCS / f"{pagina}.md").read_text("utf-8")
    titulo = next(li[2:] for li in texto.splitlines() if li.startswith("# "))
    return f"[{titulo}](../{pagina}.md{almohadilla}{ancla})"


def escribir() -> None:
    """Pone al día los archivos que se escriben a partir del catálogo."""
    escribir_juntos({ruta: texto.encode() for ruta, texto in generadas().items()})
