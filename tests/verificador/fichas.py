"""Lo que las páginas toman del catálogo de ejercicios: sus pistas y el índice."""

from pathlib import Path

from calificador.ejercicios import SNIPPETS, Ejercicio, leer_catalogo

DIFICULTAD = {1: "fácil", 2: "media", 3: "alta"}


def generadas() -> dict[Path, str]:
    """Cada fichero de snippets/ que se escribe a partir del catálogo, con su texto."""
    ejercicios = leer_catalogo()
    fichas = {SNIPPETS / e.nombre / "pistas.md": pistas(e) for e in ejercicios}
    return fichas | {SNIPPETS / "indice.md": indice(ejercicios)}


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
            f"[{titulo_de(e.lee)}](../{e.lee}.md)",
        ]
        for e in ejercicios
    ]
    lineas = [cabecera, ["---"] * len(cabecera), *filas]
    return "".join(f"| {' | '.join(celdas)} |\n" for celdas in lineas)


def titulo_de(pagina: str) -> str:
    """El título de una página de docs/."""
    texto = (SNIPPETS.parents[1] / "docs" / f"{pagina}.md").read_text("utf-8")
    return next(li[2:] for li in texto.splitlines() if li.startswith("# "))


def escribir() -> None:
    """Pone al día los ficheros que se escriben a partir del catálogo."""
    for ruta, texto in generadas().items():
        if not ruta.exists() or ruta.read_text("utf-8") != texto:
            ruta.write_text(texto, "utf-8")
