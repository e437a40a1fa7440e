import asyncio
from prefect import flow, get_run_logger

@flow(name="Saludo del día")
async def f():
    get_run_logger().info("¡HOLA, PREFECT!")

asyncio.run(f())
