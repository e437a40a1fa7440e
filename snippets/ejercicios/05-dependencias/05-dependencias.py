"""Ejercicio 5: tres lecturas a la vez, y lo demás cuando le toca."""

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
    """Añade a cada venta válida la ciudad del usuario y el costo del producto."""
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    costos = productos[["producto_id", "costo"]]
    tabla = validas.merge(usuarios, on="usuario_id", validate="many_to_one")
    tabla = tabla.merge(costos, on="producto_id", validate="many_to_one")
    if len(tabla) < len(validas):
        raise ValueError("Hay ventas de usuarios o productos que no están en su tabla")
    return tabla


@task(task_run_name="resumir")
def resumir(tabla: pd.DataFrame) -> pd.DataFrame:
    """Calcula el margen que deja cada ciudad."""
    margen = (tabla["precio"] - tabla["costo"]) * tabla["cantidad"]
    resumen = tabla.assign(margen=margen).groupby("ciudad")["margen"].sum()
    return resumen.sort_values(ascending=False).round(2).reset_index()


@task(task_run_name="guardar")
def guardar(resumen: pd.DataFrame, ruta: Path) -> None:
    """Guarda el informe; si falla a medias, el archivo anterior sigue entero."""
    ruta.parent.mkdir(parents=True, exist_ok=True)
    temporal = ruta.with_suffix(".tmp")
    resumen.to_parquet(temporal, index=False)
    temporal.replace(ruta)


@flow(log_prints=True)
def margen_por_ciudad() -> None:
    """Lee en paralelo, une, resume y guarda."""
    inicio = time.perf_counter()
    ventas = leer.submit("ventas")
    usuarios = leer.submit("usuarios")
    productos = leer.submit("productos")

    tabla = unir(ventas, usuarios, productos)
    resumen = resumir(tabla)
    guardar(resumen, INFORME)
    print(f"La ciudad con más margen es {resumen['ciudad'].iloc[0]}")
    print(f"Todo ha tardado {time.perf_counter() - inicio:.1f} s")


if __name__ == "__main__":
    margen_por_ciudad()
