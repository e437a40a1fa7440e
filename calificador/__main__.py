"""Permite `python -m calificador` y, desde cualquier carpeta, `python …/calificador`."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from calificador.ordenes import main

sys.exit(main())
