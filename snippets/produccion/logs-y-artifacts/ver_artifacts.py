"""Enseña lo último que han publicado los flows."""

from prefect.artifacts import Artifact

if __name__ == "__main__":
    for clave in ("filas-por-tienda", "resumen"):
        print(f"{clave}: {Artifact.get(clave).data}")
