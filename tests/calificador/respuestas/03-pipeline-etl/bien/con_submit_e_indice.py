from pathlib import Path
import pandas as pd
from prefect import flow, task

data = Path(__file__).parents[3] / "data"

leer = task(lambda: pd.read_csv(data / "ventas.csv"), name="leer")
limpiar = task(lambda v: v[~v.duplicated() & v.precio.notna() & v.cantidad.notna()], name="limpiar")
sumar = task(lambda v: (v.precio * v.cantidad).groupby(v.tienda).sum().round(2).sort_values()[::-1].to_frame("ingresos"), name="sumar")

@task
def guardar(t):
    (data / "output").mkdir(exist_ok=True)
    t.to_parquet(data / "output" / "ingresos_por_tienda.parquet")

@flow
def ETL():
    guardar.submit(sumar.submit(limpiar.submit(leer.submit()))).wait()

ETL()
