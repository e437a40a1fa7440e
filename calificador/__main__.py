"""Permite `python -m calificador` y, desde cualquier carpeta, `python …/calificador`."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

try:
    from calificador.ordenes import main
except ImportError as error:
    print(
        f"No puedo empezar: {error}.\n"
        "¿Has activado el entorno virtual? Se explica en tutorial/instalacion/#entorno",
        file=sys.stderr,
    )
    sys.exit(3)  # el código de «no puedo trabajar»: «1» diría que falta algo

sys.exit(main())
