"""Ejercicio 13: dos deployments del mismo flow, cada uno con el código de una rama."""

from pathlib import Path

REPOSITORIO = Path(__file__).with_name("ranking.git")
POOL = "ranking"


if __name__ == "__main__":
    print("Por hacer")
