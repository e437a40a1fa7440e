"""Ejercicio 15: que quede dicho lo que no ha salido bien."""

import asyncio
from pathlib import Path

import pandas as pd
from prefect import Flow, State, flow
from prefect.client.schemas import FlowRun

DATOS = Path(__file__).resolve().parents[3] / "data"
VENTAS = DATOS / "ventas.csv"
GUARDIA = DATOS / "output" / "guardia.txt"


async def avisar(flow: Flow, flow_run: FlowRun, state: State) -> None:
    """Añade una línea: qué flow, en qué ejecución y por qué."""
    GUARDIA.parent.mkdir(parents=True, exist_ok=True)
    with GUARDIA.open("a", encoding="utf-8") as guardia:
        guardia.write(f"{flow.name} · {flow_run.name} · {state.message}\n")


@flow(on_failure=[avisar], on_crashed=[avisar], log_prints=True)
async def contar_filas(tienda: str) -> None:
    """Cuenta las filas de una tienda. No la cambies."""
    tiendas = pd.read_csv(VENTAS)["tienda"]
    if tienda not in set(tiendas):
        raise ValueError(f"no hay ninguna tienda en {tienda}")
    print(f"{tienda}: {(tiendas == tienda).sum()} filas")


if __name__ == "__main__":
    asyncio.run(contar_filas("Puebla"))
