"""En un flow asíncrono, `await` es para las llamadas directas."""

import asyncio

from prefect import flow, task


@task
async def pedir_total(mes: str) -> float:
    """Pide a la central lo vendido en un mes; la respuesta es inventada."""
    await asyncio.sleep(0.1)
    return 1000.0


@flow(log_prints=True)
async def totales_de_la_central() -> None:
    """Pide los totales de tres meses; la última línea está mal."""
    print("Llamada directa:", await pedir_total("2025-01"))
    enviados = pedir_total.map(["2025-02", "2025-03"])
    print("Con .result():", enviados.result())
    print("Con await:", await enviados)


if __name__ == "__main__":
    asyncio.run(totales_de_la_central(return_state=True))
