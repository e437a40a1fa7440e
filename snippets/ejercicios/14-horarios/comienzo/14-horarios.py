"""Ejercicio 14: un deployment con dos horarios y una sola ejecución a la vez."""

from pathlib import Path

CARPETA = Path(__file__).resolve().parent
POOL = "informes"


if __name__ == "__main__":
    print("Por hacer")
