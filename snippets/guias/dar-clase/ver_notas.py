"""Muestra cómo queda cada estudiante en cada ejercicio."""

from pathlib import Path

import pandas as pd

NOTAS = Path(__file__).parent / "clase" / "notas.csv"


def main() -> None:
    notas = pd.read_csv(NOTAS)
    print(notas[["estudiante", "ejercicio", "resultado"]].to_string(index=False))


if __name__ == "__main__":
    main()
