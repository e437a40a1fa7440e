from prefect import flow, task
from sqlalchemy import create_engine, text
from tiendas import ALMACEN, COLUMNAS, hoy, recibir

ALMACEN.parent.mkdir(parents=True, exist_ok=True)
motor = create_engine(f"sqlite:///{ALMACEN}")
huecos = ", ".join(f":{columna}" for columna in COLUMNAS)


@task(retries=1)
def cargar(dia):
    with motor.begin() as c:
        c.execute(
            text(
                "CREATE TABLE IF NOT EXISTS ventas (venta_id INTEGER PRIMARY KEY,"
                " fecha TEXT, tienda TEXT, precio NUMERIC, cantidad NUMERIC)"
            )
        )
        c.execute(text("DELETE FROM ventas WHERE fecha = :dia"), {"dia": dia})
        for tanda in recibir(dia):
            filas = [dict(zip(COLUMNAS, venta)) for venta in tanda]
            c.execute(text(f"INSERT INTO ventas VALUES ({huecos})"), filas)


@flow(log_prints=True)
def por_dias(dia=None):
    cargar(dia or hoy())


if __name__ == "__main__":
    por_dias()
