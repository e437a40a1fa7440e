"""Juzga la prosa de unas páginas: `python -m verificador.prosa docs/tutorial/primer-flow.md`."""

import sys
from pathlib import Path

from verificador.prosa.juicio import contar

if __name__ == "__main__":
    sys.exit(contar([Path(ruta).resolve() for ruta in sys.argv[1:]]))
