"""Muchas tasks que no hacen nada: lo que tardan es lo que cuestan ellas."""

import argparse

from prefect import flow, task


@task
def contar(lote: list[int]) -> int:
    """Cuántos elementos hay en un lote: nada que tarde."""
    return len(lote)


@flow
def tasks_vacias(elementos: int, por_lote: int, con_submit: bool) -> None:
    """Una task run por lote."""
    todos = list(range(elementos))
    lotes = [todos[n : n + por_lote] for n in range(0, elementos, por_lote)]
    if con_submit:
        futuros = [contar.submit(lote) for lote in lotes]
        cuentas = [futuro.result() for futuro in futuros]
    else:
        cuentas = contar.map(lotes).result()
    print(f"{sum(cuentas)} elementos en {len(cuentas)} task runs")


if __name__ == "__main__":
    pide = argparse.ArgumentParser(description=__doc__)
    pide.add_argument("elementos", type=int)
    pide.add_argument("--por-lote", type=int, default=1)
    pide.add_argument("--con-submit", action="store_true")
    pedido = pide.parse_args()
    tasks_vacias(pedido.elementos, pedido.por_lote, pedido.con_submit)
