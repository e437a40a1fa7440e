"""Ejercicio 5, como podría escribirlo otra persona."""

import time
from pathlib import Path

import pandas as pd
from prefect import flow, task

RAIZ = Path(__file__).resolve().parents[3]
DATOS = RAIZ / "data"
INFORME = DATOS / "output" / "margen_por_ciudad.parquet"


@task(retries=2, task_run_name="leer-{nombre}")
def leer(nombre: str) -> pd.DataFrame:
    time.sleep(1)
    return pd.read_csv(DATOS / f"{nombre}.csv")


@task
def resumir(
    ventas: pd.DataFrame, usuarios: pd.DataFrame, productos: pd.DataFrame
) -> pd.DataFrame:
    validas = ventas.drop_duplicates().dropna(subset=["precio", "cantidad"])
    tabla = validas.merge(usuarios, on="usuario_id", validate="many_to_one")
    costos = productos[["producto_id", "costo"]]
    tabla = tabla.merge(costos, on="producto_id", validate="many_to_one")
    tabla["margen"] = (tabla["precio"] - tabla["costo"]) * tabla["cantidad"]
    resumen = tabla.groupby("ciudad", as_index=False)["margen"].sum().round(2)
    return resumen.sort_values("margen", ascending=False)


@task
def guardar(resumen: pd.DataFrame, ruta: Path) -> None:
    ruta.parent.mkdir(parents=True, exist_ok=True)
    resumen.to_parquet(ruta, index=False)


@flow(log_prints=True)
def margen_por_ciudad() -> None:
    inicio = time.perf_counter()
    ventas, usuarios, productos = leer.map(["ventas", "usuarios", "productos"])
    resumen = resumir(ventas, usuarios, productos)
    guardar(resumen, INFORME)
    print(f"La ciudad con más margen es {resumen['ciudad'].iloc[0]}")
    print(f"Todo ha tardado {time.perf_counter() - inicio:.1f} s")


if __name__ == "__main__":
    margen_por_ciudad()
