"""Ejercicio 3: tres lecturas a la vez, y lo demás cuando le toca."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
DATOS = RAIZ / "data"
INFORME = DATOS / "output" / "margen_por_ciudad.parquet"


@task(task_run_name="leer-{nombre}")
def leer(nombre: str) -> pd.DataFrame:
    """Lee una tabla de una fuente que tarda un segundo en responder."""
    time.sleep(1)
    return pd.read_csv(DATOS / f"{nombre}.csv")


@task(task_run_name="unir")
def unir(
    ventas: pd.DataFrame, usuarios: pd.DataFrame, productos: pd.DataFrame
) -> pd.DataFrame:
    """Añade a cada venta la ciudad del usuario y el coste del producto."""
    ventas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    return ventas.merge(usuarios, on="usuario_id").merge(
        productos[["producto_id", "coste"]], on="producto_id"
    )


@task(task_run_name="resumir")
def resumir(tabla: pd.DataFrame) -> pd.DataFrame:
    """Calcula el margen que deja cada ciudad."""
    margen = (tabla["precio"] - tabla["coste"]) * tabla["cantidad"]
    resumen = tabla.assign(margen=margen).groupby("ciudad")["margen"].sum()
    return resumen.sort_values(ascending=False).round(2).reset_index()


@task(task_run_name="guardar")
def guardar(resumen: pd.DataFrame, ruta: Path) -> None:
    """Guarda el informe en Parquet."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    resumen.to_parquet(ruta, index=False)


@flow(log_prints=True)
def margen_por_ciudad() -> None:
    """Lee en paralelo, une, resume y guarda."""
    inicio = time.perf_counter()
    ventas, usuarios, productos = leer.map(["ventas", "usuarios", "productos"])

    tabla = unir(ventas, usuarios, productos)
    resumen = resumir(tabla)
    guardar(resumen, INFORME)
    print(f"La ciudad con más margen es {resumen['ciudad'].iloc[0]}")
    print(f"Todo ha tardado {time.perf_counter() - inicio:.1f} s")


if __name__ == "__main__":
    margen_por_ciudad()
