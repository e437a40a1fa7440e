"""Guarda en Prefect, con el nombre «postgres», cómo se llega a la base de datos."""

from pathlib import Path

from prefect_sqlalchemy import ConnectionComponents, SqlAlchemyConnector
from sqlalchemy import make_url

RAIZ = Path(__file__).resolve().parents[3]
DIRECCION = RAIZ / "data" / "output" / "postgres.url"


def guardar() -> None:
    """Lee la dirección, que está fuera del código, y la guarda en un block."""
    url = make_url(DIRECCION.read_text())
    conexion = ConnectionComponents(
        driver="postgresql+psycopg",
        username=url.username,
        password=url.password,
        database=url.database,
        host=url.host,
        port=url.port,
        query=dict(url.query),
    )
    SqlAlchemyConnector(connection_info=conexion).save("postgres", overwrite=True)


if __name__ == "__main__":
    guardar()
    guardada = SqlAlchemyConnector.load("postgres").connection_info
    print(guardada.driver, guardada.database, guardada.username, guardada.password)
