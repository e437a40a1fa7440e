from pathlib import Path
import pandas as pd
from prefect import flow
from prefect.states import Failed
D = Path(__file__).resolve().parents[3] / "data"
@flow
def contador(tienda: str = "Puebla", minimo: float = 500.0, formato: str = "texto"):
    v = pd.read_csv(D / "ventas.csv").drop_duplicates().dropna(subset=["precio", "cantidad"])
    v = v[v.tienda == tienda]
    if len(v) == 0: return Failed(message="tienda desconocida")
    return (v.precio >= minimo).sum()
print(contador())
print(contador("Guadalajara", 100))
