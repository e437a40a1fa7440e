"""Juzga la prosa de unas páginas: `python tests/verificador/prosa docs/tutorial/primer-flow.md`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[n]) for n in (2, 3)]
    from verificador.prosa.juicio import contar

    sys.exit(contar([Path(ruta).resolve() for ruta in sys.argv[1:]]))
