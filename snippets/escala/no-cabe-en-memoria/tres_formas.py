"""Cuántos códigos de barras están mal, contado de tres maneras."""

import duckdb
import pandas as pd
from informe_entero import VENTAS
from prefect import flow, task

PESOS = {10**lugar: 3 if lugar % 2 else 1 for lugar in range(13)}


def esta_mal(codigo: int) -> bool:
    """Si la suma de sus cifras, unas por uno y otras por tres, no acaba en cero."""
    return sum(peso * (codigo // lugar % 10) for lugar, peso in PESOS.items()) % 10 != 0


def contar_en_python(codigos: pd.Series) -> int:
    """Código a código."""
    return sum(esta_mal(codigo) for codigo in codigos.tolist())


def contar_con_columnas(codigos: pd.Series) -> int:
    """La misma fórmula, con la columna entera en cada paso."""
    return int(esta_mal(codigos).sum())


def contar_con_sql() -> int:
    """La misma fórmula, escrita en SQL."""
    suma = "+".join(f"{p}*(codigo//{lugar}%10)" for lugar, p in PESOS.items())
    consulta = f"SELECT count(*) FROM read_parquet($1) WHERE ({suma}) % 10 <> 0"
    return duckdb.execute(consulta, [str(VENTAS / "*.parquet")]).fetchone()[0]


@task
def comparar() -> dict[str, int]:
    """Cuenta de las tres maneras."""
    codigos = pd.read_parquet(VENTAS, columns=["codigo"])["codigo"]
    return {
        "Python": contar_en_python(codigos),
        "columnas": contar_con_columnas(codigos),
        "SQL": contar_con_sql(),
    }


@flow(log_prints=True)
def tres_formas() -> None:
    """Dice cuántos salen de cada manera."""
    print(comparar())


if __name__ == "__main__":
    tres_formas()
