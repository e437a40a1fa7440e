import asyncio
import time

from prefect import flow, task

FUENTES = ["usuarios", "productos", "ventas"]


@task(task_run_name="descargar {fuente}")
async def descargar(fuente: str) -> None:
    """Espera un segundo sin bloquear a las demás."""
    await asyncio.sleep(1)


@flow(log_prints=True)
async def descargar_todo() -> None:
    """Descarga primero por turnos y después a la vez."""
    inicio = time.perf_counter()
    for fuente in FUENTES:
        await descargar(fuente)
    print(f"Un await tras otro: {time.perf_counter() - inicio:.1f} s")

    inicio = time.perf_counter()
    await asyncio.gather(*(descargar(fuente) for fuente in FUENTES))
    print(f"Con gather: {time.perf_counter() - inicio:.1f} s")


if __name__ == "__main__":
    asyncio.run(descargar_todo())
