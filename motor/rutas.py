"""Las carpetas del proyecto: el único sitio que las nombra."""

from pathlib import Path

RAIZ = Path(__file__).resolve().parents[1]
DOCS = RAIZ / "docs"
SNIPPETS = RAIZ / "snippets"
EJERCICIOS = SNIPPETS / "ejercicios"
DATOS = RAIZ / "data"
README = RAIZ / "README.md"
# Donde trabaja el lector, desde la raíz de su proyecto.
CARPETA = Path("05_pipelines", "ejercicios", "prefect")
